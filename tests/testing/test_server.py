from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from narrative_server.errors import InvalidConfig
from narrative_server.testing import MockGameClient, ScriptedEngines, scripted_server
from narrative_server.testing.__main__ import main
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common


def request(event: str) -> pb.PlayBeatRequest:
    story = pb.InlineStory(context=pb.StoryContext(cast=[common.Character(name="Ada")]))
    return pb.PlayBeatRequest(inline=story, trigger=pb.Trigger(event=event))


async def test_a_scripted_server_plays_beats_and_is_gone_afterwards() -> None:
    engines = ScriptedEngines()
    async with scripted_server(engines) as address, MockGameClient(address) as client:
        assert (await client.play(request("It rains."))).complete
    assert engines.active == 0
    async with scripted_server(port=int(address.rpartition(":")[2])):
        pass


async def test_a_taken_port_is_an_error() -> None:
    async with scripted_server() as address:
        with pytest.raises(InvalidConfig, match="port is"):
            async with scripted_server(port=int(address.rpartition(":")[2])):
                pass


async def test_the_module_serves_a_script_and_tells_its_address(tmp_path: Path) -> None:
    line = {"speaker": "Ada", "emotion": "joy", "text": "At last, rain."}
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"beats": [{"event": "It rains.", "lines": [line]}]}), encoding="utf-8")
    options = ("--port", "0", "--script", str(script))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "narrative_server.testing", *options, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        address = (await process.stdout.readline()).decode().strip()
        async with MockGameClient(address) as client:
            beat = await client.play(request("It rains."))
    finally:
        process.kill()
        await process.communicate()
    assert [(said.speaker, said.text) for said in beat.lines] == [("Ada", "At last, rain.")]


async def test_the_module_serves_the_web_too_and_tells_both_addresses() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "narrative_server.testing",
        "--port",
        "0",
        "--web-port",
        "0",
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        ports = [int((await process.stdout.readline()).decode().rpartition(":")[2]) for _ in range(2)]
        answers = []
        for port in ports:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answers.append(await reader.readline())
            writer.close()
    finally:
        process.kill()
        await process.communicate()
    assert [answer.startswith(b"HTTP/1.1 404") for answer in answers] == [False, True]


def test_a_bad_script_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    assert main(["--script", str(tmp_path / "bad.json")]) == 2
    assert "legal" in capsys.readouterr().err
