"""Videos in Lengua de Señas Mexicana: shown only when they are whole."""

import pytest

from decide.editorial.signing import (
    CAPTIONS,
    LARGEST,
    Unfit,
    checked,
    cues,
    found,
    keep,
    signed,
)
from decide.errors import NotFound

VIDEO = b"\x00\x00\x00\x18ftypmp42" + bytes(3000)
VTT = "WEBVTT\n\n1\n00:00.000 --> 00:02.500\nBusque dónde vota.\n\n00:02.500 --> 00:05.000\nLea.\n"


def files(folder, video=VIDEO, captions=VTT, transcript="Busque dónde vota.\n\nLea."):
    made = {"video": folder / "v", "captions": folder / "c", "transcript": folder / "t"}
    made["video"].write_bytes(video)
    made["captions"].write_text(captions)
    made["transcript"].write_text(transcript)
    return made


def test_a_whole_video_is_kept_and_found(tmp_path):
    assert signed(tmp_path, "como-funciona") is None
    keep(tmp_path, "como-funciona", **files(tmp_path))
    shown = signed(tmp_path, "como-funciona")
    assert (shown.name, shown.kilobytes) == ("como-funciona", 4)
    assert shown.transcript == ("Busque dónde vota.", "Lea.")
    assert found(tmp_path, "como-funciona", CAPTIONS).read_text() == VTT
    (tmp_path / "senas" / "como-funciona.vtt").unlink()
    assert signed(tmp_path, "como-funciona") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"video": b"GIF89a" + bytes(99)},
        {"captions": "1\n00:00.000 --> 00:02.000\nSin cabeza\n"},
        {"captions": "WEBVTT\n"},
        {"captions": "WEBVTT\n\n00:03.000 --> 00:02.000\nAl revés\n"},
        {"captions": VTT + "\n00:01.000 --> 00:06.000\nTarde\n"},
        {"captions": "WEBVTT\n\n00:00.000 --> 00:02.000\n\n"},
        {"captions": "WEBVTT\n\n0:0:0 --> 2\nTiempos\n"},
        {"transcript": " \n"},
    ],
)
def test_what_lacks_something_is_refused_and_not_shown(tmp_path, wrong):
    with pytest.raises(Unfit):
        keep(tmp_path, "privacidad", **files(tmp_path, **wrong))
    assert signed(tmp_path, "privacidad") is None


def test_a_video_that_costs_too_much_is_refused():
    with pytest.raises(Unfit, match="41 MB"):
        checked(VIDEO[:12], LARGEST + 2**20)


def test_captions_say_when_and_what():
    note = "WEBVTT Kind: captions\r\n\r\nNOTE nada\r\n\r\n"
    told = cues(note + "01:00:00.000 --> 01:00:01.250\r\nHola\r\n")
    assert told == ((3600.0, 3601.25, "Hola"),)


@pytest.mark.parametrize("name", ["../settings", "a/b", "", "x" * 40, "A"])
def test_no_other_file_is_given(tmp_path, name):
    with pytest.raises(NotFound):
        found(tmp_path, name, CAPTIONS)
