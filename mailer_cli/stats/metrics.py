"""The figures that mails are measured by: their names, over which mails each is counted, and how it is traced. Pure."""

from dataclasses import dataclass

# Over which mails a figure is counted: all that were sent; those of which SES tells what became of them (its notices);
# those that carry our logo and our link for unsubscribing (the endpoint's hits).
SENT, NOTICED, TRACKED = "sent", "noticed", "tracked"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure: its key in JSON and CSV, its names in English and Korean, and the base that it is counted over.

    A `part` belongs to the figure before it that is none.
    """

    key: str
    name: str
    korean: str
    base: str
    traced: str
    meaning: str  # in Korean, for the page
    traced_korean: str = ""
    part: bool = False

    @property
    def blind(self) -> bool:
        """Tell whether mails of the chunjae route, which SES tells nothing of, cannot show this figure."""
        return self.base == NOTICED


NOTICE = "SES 이벤트 {}"
METRICS = {
    metric.key: metric
    for metric in (
        Metric(
            "sent", "sent", "발송", SENT, "our own record of the provider's answer",
            "메일 서비스가 받아 간 메일", "발송할 때 메일 서비스의 응답을 기록",
        ),
        Metric(
            "delivered", "delivered", "전달", NOTICED, "SES notice Delivery",
            "받는 쪽 메일 서버가 받았다고 답한 메일", NOTICE.format("Delivery"),
        ),
        Metric(
            "bounced", "bounced", "반송", NOTICED, "SES notice Bounce",
            "받는 쪽 메일 서버가 돌려보낸 메일", NOTICE.format("Bounce"),
        ),
        Metric("bounced_hard", "hard", "영구 반송", NOTICED, "", "없는 주소 등 다시 보내도 안 되는 반송", part=True),
        Metric("bounced_soft", "soft", "일시 반송", NOTICED, "", "편지함이 가득 참, 부재중 자동 응답 등", part=True),
        Metric(
            "complained", "complained", "스팸 신고", NOTICED, "SES notice Complaint",
            "받은 사람이 스팸으로 신고한 메일", NOTICE.format("Complaint"),
        ),
        Metric(
            "opened", "opened", "열람", TRACKED, "request for the school's logo",
            "메일 속 학교 로고를 한 번이라도 불러온 메일", "메일 속 학교 로고 이미지 요청 (API Gateway + Lambda)",
        ),
        Metric("opened_human", "by people", "사람", TRACKED, "", "사람이 연 것으로 보이는 메일", part=True),
        Metric("opened_unknown", "by unknown", "불분명", TRACKED, "", "사람인지 기계인지 알 수 없는 메일", part=True),
        Metric("opened_machine", "by machines", "기계", TRACKED, "", "메일 앱이나 보안 장비가 연 메일", part=True),
        Metric(
            "clicked", "clicked", "클릭", NOTICED, "SES notice Click (links lead through SES)",
            "메일 속 링크를 한 번이라도 누른 메일", NOTICE.format("Click") + " (링크가 SES를 거침)",
        ),
        Metric("clicked_human", "by people", "사람", NOTICED, "", "사람이 누른 것으로 보이는 메일", part=True),
        Metric("clicked_unknown", "by unknown", "불분명", NOTICED, "", "사람인지 기계인지 알 수 없는 메일", part=True),
        Metric("clicked_machine", "by machines", "기계", NOTICED, "", "보안 장비가 링크를 검사한 메일", part=True),
        Metric(
            "unsubscribed", "unsubscribed", "수신거부", TRACKED, "request by the mail's own unsubscribe link",
            "메일의 수신거부 링크로 그만 받겠다고 한 메일", "메일의 수신거부 링크 요청 (원클릭, 수신거부 페이지)",
        ),
    )
}  # fmt: skip
CLICKS = ("clicked", "clicked_human", "clicked_unknown", "clicked_machine")  # what is counted of a posting


def parent(metric: Metric) -> Metric:
    """Return the figure that a part belongs to, and any other itself."""
    before = list(METRICS.values())[: list(METRICS).index(metric.key) + 1]
    return next(found for found in reversed(before) if not found.part)
