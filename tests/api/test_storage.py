"""Archives, CD-ROM images, disks' settings and a server's drive through the API."""

from compute.archives.models import Archive
from compute.drivers.models import SimulatedMachine
from compute.servers.models import Server
from core.operations.models import Operation
from tests.api.conftest import CLOUD, assert_refused, ordered, work

BLANK = {"Archive": {"Name": "golden", "SizeMB": 20480}}
SYSTEM = {"Filter": {"Tags.Name": [["current-stable", "distro-ubuntu"]]}}


def blank_disk(api, **values):
    answer = api.post("disk", {"Disk": {"Name": "d", "Plan": {"ID": 4}, "SizeMB": 20480, **values}})
    assert answer.status == 201
    work()
    return answer.json["Disk"]["ID"]


def ready_archive(api):
    answer = api.post("archive", {"Archive": {"Name": "golden", "SourceDisk": {"ID": blank_disk(api)}}})
    assert answer.status == 201
    work()
    return answer.json["Archive"]["ID"]


def test_a_blank_archive_says_where_to_upload_until_that_is_closed(api):
    answer = api.post("archive", BLANK)

    assert answer.status == 201
    number, upload = answer.json["Archive"]["ID"], answer.json["FTPServer"]
    assert (answer.json["Archive"]["Availability"], answer.json["Archive"]["Scope"]) == ("uploading", "user")
    assert (upload["HostName"], upload["User"]) == ("is1b.upload.engawa.example", f"archive{number}")
    assert len(upload["Password"]) == 24
    again = api.put(f"archive/{number}/ftp", {"ChangePassword": True})
    assert again.json["FTPServer"]["Password"] not in ("", upload["Password"])
    assert api.delete(f"archive/{number}/ftp").status == 200
    assert api.get(f"archive/{number}").json["Archive"]["Availability"] == "available"
    assert_refused(api.delete(f"archive/{number}/ftp"), 409, "conflict")


def test_an_archive_of_a_disk_is_copied_and_says_of_what(api):
    disk = blank_disk(api)
    answer = api.post("archive", {"Archive": {"Name": "golden", "SourceDisk": {"ID": disk}}})

    assert (answer.status, "FTPServer" in answer.json) == (201, False)
    archive = answer.json["Archive"]
    assert (archive["Availability"], archive["SourceDisk"]["ID"], archive["SizeMB"]) == ("migrating", disk, 20480)
    work()
    done = api.get(f"archive/{archive['ID']}").json["Archive"]
    assert (done["Availability"], done["MigratedMB"]) == ("available", 20480)


def test_two_sources_are_refused(api):
    body = {
        "Archive": {"Name": "x", "SourceDisk": {"ID": blank_disk(api)}, "SourceArchive": {"ID": ready_archive(api)}}
    }

    assert_refused(api.post("archive", body), 400, "bad_request")


def test_an_archive_goes_to_another_zone(api):
    number = ready_archive(api)

    answer = api.post(f"archive/{number}/to/zone/31001", {"Archive": {"Name": "there"}})

    assert (answer.status, answer.json["Archive"]["Availability"]) == (201, "transfering")
    assert answer.json["Archive"]["Zone"]["Name"] == "is1a"
    work()
    there = CLOUD.replace("is1b", "is1a")
    found = api.get(f"{there}/archive/{answer.json['Archive']['ID']}").json["Archive"]
    assert (found["Name"], found["Availability"]) == ("there", "available")
    assert_refused(api.post(f"archive/{number}/to/zone/1", {"Archive": {"Name": "x"}}), 400, "invalid_zone")


def test_a_shared_archive_is_copied_by_its_key_until_that_is_revoked(api, stranger):
    number = ready_archive(api)
    key = api.put(f"archive/{number}/ftp", {"Shared": True}).json["ArchiveShareInfo"]["SharedKey"]
    assert key.startswith(f"is1b:{number}:")
    body = {"Archive": {"Name": "mine", "SourceSharedKey": key}}

    answer = stranger.post(f"archive/{number}/to/zone/31002", body)

    assert answer.status == 201
    work()
    copied = stranger.get(f"archive/{answer.json['Archive']['ID']}").json["Archive"]
    assert (copied["Name"], copied["Availability"], copied["SizeMB"]) == ("mine", "available", 20480)
    assert api.delete(f"archive/{number}/ftp").status == 200
    assert_refused(stranger.post(f"archive/{number}/to/zone/31002", body), 404, "invalid_share_key")
    assert Archive.objects.filter(name="mine").count() == 1


def test_a_new_share_key_makes_the_old_one_worthless(api, stranger):
    number = ready_archive(api)
    old = api.put(f"archive/{number}/ftp", {"Shared": True}).json["ArchiveShareInfo"]["SharedKey"]
    new = api.put(f"archive/{number}/ftp", {"Shared": True}).json["ArchiveShareInfo"]["SharedKey"]

    refused = stranger.post(f"archive/{number}/to/zone/31002", {"Archive": {"Name": "a", "SourceSharedKey": old}})
    taken = stranger.post(f"archive/{number}/to/zone/31002", {"Archive": {"Name": "b", "SourceSharedKey": new}})

    assert_refused(refused, 404, "invalid_share_key")
    assert taken.status == 201


def test_ours_are_read_and_not_changed(api):
    number = api.get("archive", SYSTEM).json["Archives"][0]["ID"]

    assert_refused(api.put(f"archive/{number}", {"Archive": {"Name": "x"}}), 403, "permission_denied")
    assert_refused(api.delete(f"archive/{number}"), 403, "permission_denied")
    assert_refused(api.put(f"archive/{number}/ftp"), 403, "permission_denied")


def test_a_cd_rom_image_is_uploaded_inserted_and_ejected(api):
    server = ordered(api)
    answer = api.post("cdrom", {"CDROM": {"Name": "rescue", "SizeMB": 5120}})
    assert (answer.status, answer.json["FTPServer"]["User"]) == (201, f"cdrom{answer.json['CDROM']['ID']}")
    image = answer.json["CDROM"]["ID"]
    assert_refused(api.put(f"server/{server}/cdrom", {"CDROM": {"ID": image}}), 409, "not_available")
    api.delete(f"cdrom/{image}/ftp")

    assert api.put(f"server/{server}/cdrom", {"CDROM": {"ID": image}}).status == 200

    assert api.get(f"server/{server}").json["Server"]["Instance"]["CDROM"]["ID"] == image
    assert_refused(api.delete(f"cdrom/{image}"), 409, "in_use")
    assert api.delete(f"server/{server}/cdrom", {"CDROM": {"ID": image}}).status == 200
    assert_refused(api.delete(f"server/{server}/cdrom"), 409, "nothing_inserted")
    assert api.delete(f"cdrom/{image}").status == 200
    work()


def test_a_deleted_server_gives_back_its_cd_rom_image(api):
    server, image = ordered(api), api.post("cdrom", {"CDROM": {"Name": "r", "SizeMB": 5120}}).json["CDROM"]["ID"]
    api.delete(f"cdrom/{image}/ftp")
    api.put(f"server/{server}/cdrom", {"CDROM": {"ID": image}})

    api.delete(f"server/{server}")

    assert api.delete(f"cdrom/{image}").status == 200


def test_keys_and_interrupts_reach_only_a_running_server(api):
    number = ordered(api)
    assert_refused(api.put(f"server/{number}/keyboard", {"Keys": ["ctrl"]}), 409, "not_running")
    api.put(f"server/{number}/power")
    work()

    assert api.put(f"server/{number}/keyboard", {"Keys": ["ctrl", "alt", "delete"]}).status == 200
    assert api.put(f"server/{number}/qemu/nmi").status == 200
    assert_refused(api.put(f"server/{number}/keyboard", {"Keys": []}), 400, "invalid_keys")
    assert_refused(api.get(f"server/{number}/vnc/proxy"), 409, "no_screen")
    work()
    assert set(Operation.objects.values_list("state", flat=True)) == {"DONE"}


def test_user_data_is_given_at_one_boot_and_forgotten(api, project):
    number = ordered(api)
    body = {"UserBootVariables": {"CloudInit": {"UserData": "#cloud-config\n"}}}

    assert api.put(f"server/{number}/power", body).status == 202
    work()

    server = Server.objects.get(number=number)
    assert server.user_data is None
    assert len(SimulatedMachine.objects.get(ref=f"server-{server.pk}").spec["user_data"]) == 64
    long = {"UserBootVariables": {"CloudInit": {"UserData": "x" * 65_537}}}
    api.delete(f"server/{number}/power", {"Force": True})
    work()
    assert_refused(api.put(f"server/{number}/power", long), 400, "invalid_user_data")


def test_a_disk_is_set_up_and_its_partition_grown(api):
    system = api.get("archive", SYSTEM).json["Archives"][0]["ID"]
    number = blank_disk(api, SourceArchive={"ID": system}, SizeMB=40960)
    config = {"HostName": "web-01", "Password": "correct horse", "UserIPAddress": "192.168.0.4",
              "UserSubnet": {"NetworkMaskLen": 24, "DefaultRoute": "192.168.0.1"}, "DisablePWAuth": True}  # fmt: skip

    assert api.put(f"disk/{number}/config", config).status == 200
    assert api.put(f"disk/{number}/resize-partition").status == 202
    work()

    assert_refused(api.put(f"disk/{number}/resize-partition"), 409, "nothing_to_grow")
    assert_refused(api.put(f"disk/{number}/config", {"HostName": "a b"}), 400, "invalid_host_name")
    assert_refused(api.put(f"disk/{number}/config", {"Notes": [{"ID": 1}]}), 400, "bad_request")
    assert_refused(api.put(f"disk/{blank_disk(api)}/config", {"HostName": "a"}), 409, "not_available")


def test_a_disk_of_a_disk_says_so_and_has_its_size(api):
    source = blank_disk(api)

    answer = api.post("disk", {"Disk": {"Name": "copy", "Plan": {"ID": 4}, "SourceDisk": {"ID": source}}})

    assert answer.status == 201
    assert (answer.json["Disk"]["SourceDisk"]["ID"], answer.json["Disk"]["SizeMB"]) == (source, 20480)
    assert_refused(api.delete(f"disk/{source}"), 409, "in_use")
    work()
    assert api.delete(f"disk/{source}").status == 200


def test_a_disk_is_measured_while_its_server_runs(api):
    server = ordered(api)
    number = blank_disk(api, Server={"ID": int(server)})
    assert api.get(f"disk/{number}/monitor").json["Data"] == {}

    api.put(f"server/{server}/power")
    work()

    assert api.get(f"disk/{number}/monitor").status == 200
