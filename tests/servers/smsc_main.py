"""An SMSC for tests, run by the interpreter of a venv that has smpp34: port and journal are its arguments.

Every text it takes is a line of the journal. The last digits of a number decide: ...0001 is not delivered, ...0002 is
refused, ...0003 is taken without an answer, ...0004 is asked to come later once. Receipts it could not
deliver before it died are delivered after its next start.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import smpp34

PORT, JOURNAL = int(sys.argv[1]), Path(sys.argv[2])
DELAY = 0.05


class Center:
    """Takes texts, remembers them, reports about them."""

    def __init__(self) -> None:
        lines = [json.loads(line) for line in JOURNAL.read_text().splitlines()] if JOURNAL.exists() else []
        reported = {line["reported"] for line in lines if "reported" in line}
        self.owed = [line for line in lines if "id" in line and line["id"] not in reported]
        self.count = sum("id" in line for line in lines)
        self.file = JOURNAL.open("a", buffering=1)
        self.session: Any = None
        self.put_off: set[Any] = set()
        self.silent: list[Any] = []
        self.tasks: set[Any] = set()

    def write(self, line: dict) -> None:
        self.file.write(json.dumps(line) + "\n")

    async def run(self) -> None:
        server = smpp34.Server(host="127.0.0.1", port=PORT, system_id="TEST")
        await server.start()
        print("ready", flush=True)  # noqa: T201  the fixture waits for it
        while True:
            event = await server.next()
            if isinstance(event, smpp34.Esme):
                self.session = event
                owed, self.owed = self.owed, []
                for line in owed:
                    self.later(line)
            elif isinstance(event, smpp34.SubmitSmEvent):
                self.take(event)

    def take(self, event) -> None:
        to = event.destination_addr
        if to.endswith("0002"):
            event.reject(smpp34.ESME_RINVDSTADR)
            return
        if to.endswith("0004") and to not in self.put_off:
            self.put_off.add(to)
            event.reject(smpp34.ESME_RTHROTTLED)
            return
        payload = [tlv.value for tlv in event.tlvs if tlv.tag == smpp34.TLV_MESSAGE_PAYLOAD]
        text = payload[0] if payload else event.short_message
        self.count += 1
        line = {
            "id": f"{self.count:08x}", "to": to, "from": event.source_addr, "coding": event.data_coding,
            "text": bytes(text).hex(), "receipt": event.registered_delivery,
            "types": [event.source_addr_ton, event.dest_addr_ton, event.dest_addr_npi],
        }  # fmt: skip
        self.write(line)
        if to.endswith("0003"):
            self.silent.append(event)  # dropping it would answer
        else:
            event.accept(message_id=line["id"])
        self.later(line)

    def later(self, line: dict) -> None:
        task = asyncio.create_task(self.report(line))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def report(self, line: dict) -> None:
        await asyncio.sleep(DELAY)
        status = "UNDELIV" if line["to"].endswith("0001") else "DELIVRD"
        words = (
            f"id:{line['id']} sub:001 dlvrd:001 submit date:2604010930 done date:2604010930 stat:{status} err:000 text:"
        )
        try:
            await self.session.deliver_sm(
                source_addr=line["to"], destination_addr=line["from"], esm_class=0x04, short_message=words.encode()
            )
            self.write({"reported": line["id"]})
        except Exception:  # the link is gone: after the next bind
            self.owed.append(line)


asyncio.run(Center().run())
