"""The search box finds every layer's rows by every searched attribute, with and without accents."""

import pytest

from layers.core.search import search_key
from tests.conformance.roads import Roads
from tests.conformance.subject import NEAR, Subject

MOST = 50
ROUNDED_DEG = 1e-6


@pytest.mark.kinds("vector", "stream")
def test_a_row_is_found_by_each_searched_attribute_without_its_accents(subject: Subject, roads: Roads) -> None:
    declared, feature = subject.layer.search, subject.feature(subject.rows[NEAR])
    if declared is None:
        pytest.skip("not searched")

    for name in declared.attributes:
        words = str(feature.attributes[name])
        for typed in (words, search_key(words), search_key(words).upper()):
            hits = roads.get(subject.full, "/api/search", q=typed, limit=MOST).json()["hits"]
            found = {(hit["layer"], hit["id"]): hit for hit in hits}
            assert (subject.id, feature.id) in found, f"{name}: {typed}"
            hit = found[subject.id, feature.id]
            assert hit["title"]
            west, south, east, north = hit["bbox"]
            assert west - ROUNDED_DEG <= hit["lonlat"][0] <= east + ROUNDED_DEG
            assert south - ROUNDED_DEG <= hit["lonlat"][1] <= north + ROUNDED_DEG


@pytest.mark.kinds("computed")
def test_a_computed_feature_is_found_without_its_accents(subject: Subject, roads: Roads) -> None:
    feature = next(iter(subject.layer.query(subject.full).all(1)), None)
    if subject.layer.search is None or feature is None:
        pytest.skip("not searched")

    typed = search_key(str(feature.attributes[subject.layer.search.attributes[0]]))
    hits = roads.get(subject.full, "/api/search", q=typed, limit=MOST).json()["hits"]

    assert (subject.id, feature.id) in {(hit["layer"], hit["id"]) for hit in hits}


@pytest.mark.kinds("vector", "stream")
def test_what_is_searched_only_with_a_purpose_is_not_found_by_the_box(subject: Subject, roads: Roads) -> None:
    declared, feature = subject.layer.search, subject.feature(subject.rows[NEAR])
    if declared is None or not declared.restricted:
        pytest.skip("nothing is restricted")

    for name in declared.restricted:
        words = str(feature.attributes[name])
        hits = roads.get(subject.full, "/api/search", q=words, limit=MOST).json()["hits"]
        assert (subject.id, feature.id) not in {(hit["layer"], hit["id"]) for hit in hits if hit["score"] > 0.9}
