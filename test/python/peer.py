"""A go-plugin host and a go-plugin plugin on gRPC core (grpcio), whose TLS has no P-521, and without generated code.

peer.py host <certificate> <key> <command> [argument...]   starts a plugin, asks for its health, shuts it down, prints both
peer.py plugin <certificate> <key>                         serves health and the controller to the host that started it
"""

import base64
import os
import subprocess
import sys
import textwrap
import threading
from concurrent import futures

import grpc

HEALTH = "/grpc.health.v1.Health/Check"
SHUTDOWN = "/plugin.GRPCController/Shutdown"


def read(path):
    with open(path, "rb") as file:
        return file.read()


def host(certificate, key, command):
    env = dict(os.environ)
    env.update(
        grafana_plugin_type="datasource",
        PLUGIN_PROTOCOL_VERSIONS="2",
        PLUGIN_CLIENT_CERT=read(certificate).decode(),
    )
    plugin = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
    fields = plugin.stdout.readline().decode().strip().split("|")
    lines = "\n".join(textwrap.wrap(fields[5] + "=" * (-len(fields[5]) % 4), 64))
    server = f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n".encode()
    credentials = grpc.ssl_channel_credentials(server, read(key), read(certificate))
    options = [("grpc.ssl_target_name_override", "localhost"), ("grpc.default_authority", "localhost")]
    with grpc.secure_channel(f"unix:{fields[3]}", credentials, options) as channel:
        for method, message in ((HEALTH, b"\x0a\x06plugin"), (SHUTDOWN, b"")):
            try:
                print(method, channel.unary_unary(method)(message, timeout=30).hex(), flush=True)
            except grpc.RpcError as error:
                print(method, error.code().name, error.details(), flush=True)
    try:
        print("exit code", plugin.wait(10))
    except subprocess.TimeoutExpired:
        plugin.kill()
        print("killed")


class Services(grpc.GenericRpcHandler):
    def __init__(self):
        self.ended = threading.Event()

    def service(self, details):
        answers = {HEALTH: self.health, SHUTDOWN: self.shut_down}
        answer = answers.get(details.method)
        return answer and grpc.unary_unary_rpc_method_handler(answer)

    def health(self, _message, _context):
        return b"\x08\x01"

    def shut_down(self, _message, _context):
        self.ended.set()
        return b""


def plugin(certificate, key):
    services = Services()
    server = grpc.server(futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((services,))
    trusted = os.environ["PLUGIN_CLIENT_CERT"].encode()
    credentials = grpc.ssl_server_credentials([(read(key), read(certificate))], trusted, True)
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    body = read(certificate).decode().split("-----")[2]
    field = base64.b64encode(base64.b64decode(body)).decode().rstrip("=")
    print(f"1|2|tcp|127.0.0.1:{port}|grpc|{field}", flush=True)
    services.ended.wait()
    server.stop(0.5).wait()


if __name__ == "__main__":
    _, role, own, secret, *rest = sys.argv
    if role == "host":
        host(own, secret, rest)
    else:
        plugin(own, secret)
