"""infra/template.yaml as CloudFormation would see it: its functions resolved for made-up parameters."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import yaml

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "infra" / "template.yaml"
GIVEN = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "ap-northeast-2",
    "AWS::StackName": "job-mail",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": None,
    "SchoolName": "가온코딩스쿨",
    "SenderAddress": "jobs@mail.example.com",
    "ChunjaeSender": "jobs@plain.example.com",
    "UnsubscribeFormUrl": "https://forms.example.com/u",
    "TokenKeysVersion": "0f6b8b1e-0000-4000-8000-000000000001",
    "AlarmEmail": "ops@school.example",
}


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions (!Ref, !Sub, !GetAtt, …) in their long form."""


def function(loader: Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    scalar = isinstance(node, yaml.ScalarNode)
    value = loader.construct_scalar(node) if scalar else loader.construct_sequence(node, deep=True)
    if name == "GetAtt":
        value = value.split(".", 1)
    return {name if name == "Ref" else f"Fn::{name}": value}


Loader.add_multi_constructor("!", function)


@cache
def template() -> dict[str, Any]:
    return yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader)


class Stack:
    """The template with these parameters; a resource's name stands for its id, `arn:<name>` for its ARN."""

    def __init__(self, **parameters: str) -> None:
        defaults = {name: told["Default"] for name, told in template()["Parameters"].items() if "Default" in told}
        self.known: Mapping[str, Any] = {**defaults, **GIVEN, **parameters}

    def properties(self, name: str) -> dict[str, Any]:
        return self.value(template()["Resources"][name]["Properties"])

    def of_type(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        named = template()["Resources"].items()
        return ((name, self.properties(name)) for name, resource in named if resource["Type"] == kind)

    def holds(self, condition: Any) -> bool:
        """Evaluate a condition, or the name of one."""
        if isinstance(condition, str):
            return self.holds(template()["Conditions"][condition])
        ((name, parts),) = condition.items()
        match name:
            case "Fn::Equals":
                return self.value(parts[0]) == self.value(parts[1])
            case "Fn::Not":
                return not self.holds(parts[0])
            case "Fn::And":
                return all(map(self.holds, parts))
            case "Fn::Or":
                return any(map(self.holds, parts))
        raise NotImplementedError(name)

    def value(self, node: Any) -> Any:
        """Return a part of the template with every function replaced by what it gives."""
        if isinstance(node, list):
            return [self.value(part) for part in node]
        if not isinstance(node, dict):
            return node
        if len(node) == 1 and (name := next(iter(node))) in self.FUNCTIONS:
            return self.FUNCTIONS[name](self, node[name])
        return {key: self.value(part) for key, part in node.items()}

    def _ref(self, name: str) -> Any:
        resource, _, _made_by_sam = name.partition(".")  # such as Tracking.Stage
        assert name in self.known or resource in template()["Resources"], f"{name} is neither parameter nor resource"
        return self.known.get(name, name)

    def _attribute(self, path: list[str]) -> str:
        assert path[0] in template()["Resources"], f"{path[0]} is no resource"
        return f"arn:{path[0]}" if path[1] == "Arn" else ".".join(path)

    def _sub(self, told: Any) -> str:
        if isinstance(told, list):
            return Stack(**self.known, **self.value(told[1]))._sub(told[0])
        return re.sub(
            r"\$\{([\w:]+)(?:\.(\w+))?\}",
            lambda found: str(self._attribute([found[1], found[2]]) if found[2] else self._ref(found[1])),
            told,
        )

    FUNCTIONS: ClassVar = {
        "Ref": _ref,
        "Fn::GetAtt": _attribute,
        "Fn::Sub": _sub,
        "Fn::Select": lambda self, parts: self.value(parts[1])[parts[0]],
        "Fn::Split": lambda self, parts: self.value(parts[1]).split(parts[0]),
        "Fn::Join": lambda self, parts: parts[0].join(self.value(parts[1])),
        "Fn::If": lambda self, parts: self.value(parts[1] if self.holds(parts[0]) else parts[2]),
    }
