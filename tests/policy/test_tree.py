import pytest
import yaml

from gate.policy.problem import PolicyProblems
from gate.policy.tree import Loader, MappingNode, Node, ScalarNode, SequenceNode, Spot, read

BOTH: list[Loader] = [yaml.SafeLoader, yaml.CSafeLoader]


def refusal(text: str, loader: Loader = yaml.CSafeLoader) -> str:
    with pytest.raises(PolicyProblems) as caught:
        read(text, name="p.yml", loader=loader)
    (problem,) = caught.value.problems
    return problem.at("p.yml")


def plain(node: Node) -> object:
    match node:
        case ScalarNode():
            return node.text
        case SequenceNode():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {key.text: plain(value) for key, value in node.entries}


@pytest.mark.parametrize("loader", BOTH)
def test_values_keep_the_text_as_it_was_typed(loader: Loader) -> None:
    node = read("a: 22:00\nb: no\non: 010\nd: '1'\ne: [2026-12-01, ~]", name="p.yml", loader=loader)
    assert plain(node) == {"a": "22:00", "b": "no", "on": "010", "d": "1", "e": ["2026-12-01", "~"]}


@pytest.mark.parametrize("loader", BOTH)
def test_nodes_know_where_they_stand_and_whether_they_are_quoted(loader: Loader) -> None:
    node = read("# first\na:\n  - x\n  - 'y'\n", name="p.yml", loader=loader)
    assert isinstance(node, MappingNode)
    ((key, items),) = node.entries
    assert key == ScalarNode(text="a", plain=True, spot=Spot(line=2, column=1))
    assert isinstance(items, SequenceNode)
    assert items.items == (
        ScalarNode(text="x", plain=True, spot=Spot(line=3, column=5)),
        ScalarNode(text="y", plain=False, spot=Spot(line=4, column=5)),
    )


def test_a_key_that_stands_twice_is_kept_twice() -> None:
    node = read("a: 1\na: 2", name="p.yml")
    assert isinstance(node, MappingNode)
    assert [key.text for key, _ in node.entries] == ["a", "a"]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing but a comment\n"])
@pytest.mark.parametrize("loader", BOTH)
def test_an_empty_file_is_refused(text: str, loader: Loader) -> None:
    assert refusal(text, loader) == "p.yml:1: the file is empty; start with `version: 1`"


@pytest.mark.parametrize("loader", BOTH)
def test_a_second_document_is_refused(loader: Loader) -> None:
    said = refusal("a: 1\n---\nb: 2\n", loader)
    assert said == "p.yml:2: a second document begins here; keep one and remove the `---` line"


@pytest.mark.parametrize("loader", BOTH)
@pytest.mark.parametrize("value", ["!!str 1", "!!python/object:os.system x", "!thing {}", "! x"])
def test_tags_are_refused(value: str, loader: Loader) -> None:
    assert refusal(f"a: 1\nb: {value}", loader).startswith("p.yml:2: tags such as `!!str`")


@pytest.mark.parametrize("text", ["[a]: 1", "{a: 1}: 1", "? {a: 1}\n: 2"])
def test_a_key_that_is_no_word_is_refused(text: str) -> None:
    assert refusal(text) == "p.yml:1: a key is a list or a mapping; write a word"


@pytest.mark.parametrize("loader", BOTH)
def test_text_that_is_no_yaml_is_refused_with_its_line(loader: Loader) -> None:
    assert refusal("a: 1\nb: [1\nc: 2", loader).startswith("p.yml:3: not YAML: ")


def test_the_reason_of_the_yaml_reader_is_given() -> None:
    assert "mapping values are not allowed" in refusal("a: b: c")
    assert "while scanning a quoted scalar" in refusal("a: 'b")


@pytest.mark.parametrize("loader", BOTH)
def test_a_character_that_yaml_does_not_know_is_refused(loader: Loader) -> None:
    assert refusal("a: \ufffe", loader).startswith("p.yml:1: not YAML: unacceptable character")


def test_an_alias_stands_for_its_anchor() -> None:
    assert plain(read("a: &x [1, 2]\nb: *x", name="p.yml")) == {"a": ["1", "2"], "b": ["1", "2"]}


@pytest.mark.parametrize("text", ["a: *x", "a: &x [*x]"])
def test_an_alias_of_nothing_is_refused(text: str) -> None:
    assert refusal(text) == "p.yml:1: `*x` stands for nothing before it"


def test_an_alias_bomb_is_refused_before_it_explodes() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    said = refusal("\n".join(lines))
    assert said == "p.yml:5: more than 20000 values, aliases written out; use fewer aliases"


@pytest.mark.parametrize("loader", BOTH)
def test_deep_nesting_is_refused(loader: Loader) -> None:
    assert refusal("[" * 400 + "]" * 400, loader) == "p.yml:1: nested more than 24 levels deep"
