"""The words of titles: which say the same, which only say that somebody is hired, which tell postings apart."""

import re

# Spellings of one thing, for the text in lower case with its blanks; the first that fits wins.
_SPELLINGS = r"""
프론트엔드: front\s?-?\s?end|프론트\s?-?\s?(?:엔|앤|앤)드|프런트\s?엔드|프론트(?=\s?개발)|(?<![a-z])fe(?![a-z])
백엔드: back\s?-?\s?end|백\s?-?\s?(?:엔|앤)드|(?<![a-z])be(?![a-z])
풀스택: full\s?-?\s?stack|풀\s스택
데브옵스: dev\s?ops
머신러닝: machine\s?learning|머신\s러닝|(?<![a-z])ml(?![a-z])
딥러닝: deep\s?learning|딥\s러닝|(?<![a-z])dl(?![a-z])
ai: artificial\s?intelligence|인공지능
자연어처리: natural\s?language\s?processing|자연어\s처리|(?<![a-z])nlp(?![a-z])
컴퓨터비전: computer\s?vision|컴퓨터\s비전
프로젝트매니저: project\s?manager|프로젝트\s?(?:매니저|관리자)
프로덕트매니저: product\s?manager|프로덕트\s?매니저
프로덕트오너: product\s?owner|프로덕트\s?오너
사이언티스트: scientist
분석: 분석가|analyst|분석(?=\s?담당)
엔지니어: engineer(?!ing)
개발: developer|development|개발자
연구원: researcher|연구자
디자인: designer|디자이너
매니저: manager
마케팅: marketing
마케터: marketer
시니어: senior|(?<![a-z])sr\.?(?![a-z])
주니어: junior|(?<![a-z])jr\.?(?![a-z])
리드: (?<![a-z])lead(?:er)?(?![a-z])|리더
인턴: (?<![a-z])intern(?![a-z])|인턴\s?사원
소프트웨어: soft\s?ware|s/w|(?<![a-z])sw(?![a-z])|에스더블유
하드웨어: hard\s?ware|h/w|(?<![a-z])hw(?![a-z])
데이터베이스관리자: 데이터베이스\s?관리자\s?\(\s?dba\s?\)|데이터베이스\s?관리자|(?<![a-z])dba(?![a-z])
데이터베이스: data\s?base
데이터: data
빅데이터: big\s?data|빅\s데이터
클라우드: cloud
서버: server
시스템: systems?
플랫폼: platforms?
보안: security
네트워크: networks?
웹: (?<![a-z])web(?![a-z])
앱: (?<![a-z])app(?![a-z])|어플리케이션|애플리케이션|(?<![a-z])application(?![a-z])
모바일: mobile
안드로이드: android
임베디드: embedded
블록체인: block\s?chain
서비스: services?
기획: 기획자|planner
리액트: react(?:\.?\s?js)?(?!\s?native)|리액트(?!\s?네이티브)
리액트네이티브: react\s?native|리액트\s?네이티브
자바스크립트: java\s?script|자바스크립트
타입스크립트: type\s?script|타입스크립트
자바: (?<![a-z])java(?![a-z])
스프링: spring(?:\s?boot)?|스프링(?:\s?부트)?
파이썬: python
코틀린: kotlin
플러터: flutter
뷰제이에스: vue(?:\.?\s?js)?(?![a-z])|뷰\.?js
노드제이에스: node(?:\.?\s?js)?(?![a-z])|노드\.?js
넥스트제이에스: next\.?\s?js
앵귤러: angular(?:\.?\s?js)?
씨샵: c#
씨플플: c\+\+
닷넷: \.net(?![a-z])|닷넷
알앤디: r\s?&\s?d|알앤디
고랭: golang|(?<![a-z])go(?![a-z])
팀장: 팀\s팀장
그래픽: graphics?
콘텐츠: contents?|컨텐츠
클라이언트: client
프로덕트: product(?!ion)
솔루션: solutions?
비즈니스: business
그로스: growth
알고리즘: algorithms?
로봇: robots?(?!ics)
리서치: research(?!er)
인프라: infra(?:structure)?
유아이유엑스: ui\s?/\s?ux|ux\s?/\s?ui
전문연구요원: 전문\s?연구\s?요원|전문연(?![가-힣])
산업기능요원: 산업\s?기능\s?요원
"""

# Technologies: one board's title names them where another's leaves them to its field for skills.
_STACK = """
리액트 자바스크립트 타입스크립트 자바 스프링 파이썬 코틀린 뷰제이에스 노드제이에스 넥스트제이에스 앵귤러 씨샵
씨플플 닷넷 php jsp django fastapi nestjs 고랭 aws kubernetes
"""

# Hangul words that are split off their neighbours, so that 데이터분석 is 데이터 분석.
_PARTS = """
데이터 빅데이터 분석 엔지니어링 엔지니어 개발 연구원 연구 디자인 기획 마케팅 마케터 매니저 사이언티스트
프론트엔드 백엔드 풀스택 데브옵스 머신러닝 딥러닝 자연어처리 컴퓨터비전 소프트웨어 하드웨어 클라우드 서버
시스템 플랫폼 보안 네트워크 모바일 안드로이드 임베디드 블록체인 서비스 시니어 주니어 운영 관리 설계 전략
솔루션 프로젝트매니저 프로덕트매니저 프로덕트오너 전문연구요원 산업기능요원 회계 세무 재무 인사 총무 경리
"""

# Hiring, and nothing of what for.
_KINDS_OF_HIRING = (
    r"정규직|수시|상시|공개|신규|추가|대규모|대량|긴급|급|특별|경쟁|일반|블라인드|통합|부문별|직무별|각\s?부문"
)
HIRING = re.compile(
    rf"(?:{_KINDS_OF_HIRING})?\s?채용\s?(?:모집)?\s?(?:공고|안내)?|모집\s?공고|모집\s?중|모집|공고(?![가-힣])|재공고|공채|급구|구인|구함"
    r"|(?:충원|영입|초빙|진행)(?![가-힣])|모십니다|모셔요|찾습니다|찾아요|구합니다|뽑습니다|합니다|하고\s?있습니다|함께\s?(?:할|하실)"
    r"|we\s?are\s?hiring|hiring"
)
# Here hiring is the work itself.
RECRUITER = re.compile(
    r"채용\s?(?=담당|전담|매니저|파트|팀|지원|보조|업무|브랜딩)|채용(?=\)\s?(?:모집|채용))|recruiter|리크루터"
)

# Bonuses for whoever applies, alone in brackets; without them the job is the same.
_PERKS = r"""
(?:코스닥|코스피|유가증권)?\s?상장\s?(?:사|업체|기업)
가족친화\s?(?:인증)?\s?기업|강소기업|벤처기업|\d+억\s?[↑+]?\s?(?:이상)?\s?투자
급구|긴급|추천|마감\s?임박|d-\d+|채용\s?시\s?마감|(?:상시|수시|정규직)\s?채용|정규직
주\s?\d+\s?(?:일|시간)(?:\s?(?:근무|제))?|[\d.]+일제|자율\s?출퇴근|유연\s?근무제?
"""
PERKS = re.compile(rf"[\[(]\s?(?:{'|'.join(_PERKS.split())})\s?[\])]")
WELCOME = re.compile(
    r"(?:신입|초보자?|무?경력자?|유경험자?|경험자)\s?(?:도\s?)?(?:지원\s?)?(?:가능|환영|우대|무관)"
    r"|우대(?![가-힣])|연차\s?무관"
)
NEWCOMER = re.compile(r"신입(?:\s?사원|\s?직원|직)?|신규\s?입사자")
EXPERIENCED = re.compile(r"경력(?:\s?사원|\s?직원|직|자|차)?(?:들)?")

# Words beside a role that change nothing: 원무과 직원 = 원무과.
_WEAK = """
담당자 담당 직원 사원 인력 인원 인재 정규직 정직원 구성원 크루 님 분 분야 부문 직무 업무 및 또는 건 명 0명
00명 에서 에서는 을 를 이 position for the and of at in
"""
_WEAK_ENDS = re.compile(r"(?<=[가-힣]{2})(?:담당자|담당|직원|사원|인력|인원|님을|님|를|을)$")

_TABLE = [line.split(": ", 1) for line in _SPELLINGS.strip().splitlines()]
STACK = frozenset(_STACK.split())
_WEAK_WORDS = frozenset(_WEAK.split())
_SPELLING = re.compile("|".join(f"(?P<w{index}>{pattern})" for index, (_, pattern) in enumerate(_TABLE)))
_PART = re.compile("(" + "|".join(sorted(_PARTS.split(), key=len, reverse=True)) + ")")


def one_spelling(text: str) -> str:
    """Return the folded lower-case text with each known thing in its one spelling, Latin ones set off by blanks."""

    def spelled(match: re.Match[str]) -> str:
        word = _TABLE[int((match.lastgroup or "w0")[1:])][0]
        return f" {word} " if match[0][0].isascii() else word

    return _SPELLING.sub(spelled, text)


def words_of(token: str) -> list[str]:
    """Return the words of one token, without those that change nothing."""
    bare = _WEAK_ENDS.sub("", token)
    return [word for word in _PART.split(bare) if word and word not in _WEAK_WORDS]
