"""The proxy's id of a request stands in the lines of the web server and of the job it sent."""

import json
import re

import pytest
from rq import SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from decide.app import create_app
from decide.kernel import jobs, log
from decide.kernel.jobs import job_id
from decide.kernel.resources import open_resources
from decide.web.shared.context import KEY
from tests.ledger import Town

GIVEN = "0123456789abcdef" * 2
WORK = "tests.integration.test_request_id.say"
pytestmark = pytest.mark.usefixtures("talkative")


@jobs.job
def say(_resources, number):
    log.logger("tests").info("job.says", number=number)


@pytest.fixture
def app(settings):
    made = create_app(settings)

    def send():
        log.logger("tests").info("web.says")
        made.extensions[KEY].resources.jobs.send(WORK, 7)
        return "ok"

    made.add_url_rule("/send", view_func=send)
    yield made
    house = made.extensions[KEY]
    house.door.close()
    house.snapshot.close()
    house.resources.close()


def lines(capfd):
    told = capfd.readouterr()
    found = re.findall(r"^\{.*\}$", told.err + told.out, re.MULTILINE)
    return {row["event"]: row for row in map(json.loads, found)}


def test_an_id_goes_from_the_proxy_through_the_web_server_to_the_worker(app, settings, capfd):
    assert app.test_client().get("/send", headers={"X-Request-Id": GIVEN}).text == "ok"
    assert log.request_now() == "", "it ends with the request"
    queue = app.extensions[KEY].resources.jobs.queue
    kept = Job.fetch(job_id(WORK, 7, 1), connection=queue.connection, serializer=JSONSerializer)
    assert kept.meta == {"request": GIVEN}
    jobs.bind(lambda: open_resources(settings))
    SimpleWorker([queue], connection=queue.connection, serializer=JSONSerializer).work(burst=True)
    jobs.Workshop.opener = None
    told = lines(capfd)
    assert told["web.says"]["request"] == told["job.says"]["request"] == GIVEN


@pytest.mark.parametrize("sent", ["", "../../etc", "x" * 32, GIVEN + "0"])
def test_what_is_no_id_of_the_proxy_is_replaced(app, capfd, sent):
    app.test_client().get("/send", headers={"X-Request-Id": sent})
    made = lines(capfd)["web.says"]["request"]
    assert made != sent
    assert log.REQUEST.fullmatch(made)


def test_the_press_log_carries_no_id(app, settings):
    """What a device said must not lead back to a line of the proxy's log."""
    town = Town(app.extensions[KEY].resources, 1)
    log.begin_request(GIVEN)
    town.press(1, town.subjects[0], 1)
    log.end_request()
    dump = [town.resources.ledger.dump(key) for key in town.resources.ledger.keys("*")]
    assert dump
    assert all(GIVEN.encode() not in each for each in dump)
    town.close()
