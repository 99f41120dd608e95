"""Asks the tests' tiny plant by pymodbus: pymodbus-client.py tcp PORT | rtu-over-tcp PORT | rtu PATH | tls PORT CERT KEY CA

Prints what it understood, a line of JSON for each question.
"""

import json
import ssl
import struct
import sys

from pymodbus.client import ModbusSerialClient, ModbusTcpClient, ModbusTlsClient
from pymodbus.framer import FramerSocket, FramerType

kind, where, *files = sys.argv[1:]
patience = {"timeout": 5, "retries": 0}
if kind == "rtu":
    client = ModbusSerialClient(where, baudrate=115200, **patience)
elif kind == "tls":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    # It gives no name to compare with; the certificate is still checked.
    context.check_hostname = False
    context.load_cert_chain(files[0], files[1])
    context.load_verify_locations(files[2])
    client = ModbusTlsClient("127.0.0.1", port=int(where), sslctx=context, **patience)
    # Modbus/TCP Security keeps the header of Modbus TCP; pymodbus's own TLS framer leaves it out.
    client.framer = client.transaction.framer = FramerSocket(client.framer.decoder)
else:
    framer = FramerType.RTU if kind == "rtu-over-tcp" else FramerType.SOCKET
    client = ModbusTcpClient("127.0.0.1", port=int(where), framer=framer, **patience)
assert client.connect()


def show(name, reply):
    words = getattr(reply, "registers", None) or [int(bit) for bit in (getattr(reply, "bits", None) or [])]
    print(json.dumps([name, getattr(reply, "exception_code", str(reply)) if reply.isError() else words]))


floats = lambda value: list(struct.unpack(">HH", struct.pack(">f", value)))
show("input", client.read_input_registers(0, count=5))
show("input32", client.read_input_registers(10, count=4))
show("discrete", client.read_discrete_inputs(20, count=1))
show("float", client.write_registers(0, floats(0.3)))
show("register", client.write_register(2, 77))
show("coil", client.write_coil(20, True))
show("coils", client.write_coils(20, [False, True]))
show("mask", client.mask_write_register(address=2, and_mask=0xF0, or_mask=0x05))
show("exchange", client.readwrite_registers(read_address=0, read_count=3, write_address=2, values=[9]))
show("holding", client.read_holding_registers(0, count=3))
show("readcoils", client.read_coils(20, count=2))
show("unmapped", client.read_holding_registers(7000, count=1))
if kind == "tcp":
    show("unit", client.read_holding_registers(0, count=1, slave=9))
identity = client.read_device_information(read_code=2, object_id=0)
print(json.dumps(["identity", [text.decode() for _, text in sorted(getattr(identity, "information", {}).items())]]))
client.close()
