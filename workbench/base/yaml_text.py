"""YAML that people write: plain mappings of text, and nothing that fills memory or means two things."""

import yaml

_DEEPEST = 8
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def mapping_of(text: str, *, deepest: int = _DEEPEST) -> object:
    """A YAML mapping in which every scalar is text (``NO`` is Norway), and what was left empty is not there.

    Anchors and deep nesting are refused: nothing here needs them, and a few lines of them fill any memory.

    Raises:
        YAMLError: the text is no YAML, or holds what is refused; the message names the line.
    """
    _guard(text, deepest)
    loader = _LOADER(text)
    node = loader.get_single_node()
    _no_key_twice(node)
    value = loader.construct_document(node) if node else None
    return {key: each for key, each in value.items() if each != ""} if isinstance(value, dict) else value


def _guard(text: str, deepest: int) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError(f"line {line}: *{event.anchor} refers to another place; write it out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > deepest:
            raise yaml.YAMLError(f"line {line}: nested deeper than {deepest}")


def _no_key_twice(node: yaml.Node | None) -> None:
    seen: set[str] = set()
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if str(key.value) in seen:
            raise yaml.YAMLError(f"line {key.start_mark.line + 1}: the key {key.value} stands here again")
        seen.add(str(key.value))
        _no_key_twice(value)
