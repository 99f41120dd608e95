"""Reads tags of a device by pymodbus: pymodbus-tags.py PORT UNIT < tags

Input: a line of JSON per tag, [name, table, register, type]. Output: a line of JSON per tag, [name, number in the register].
"""

import json
import sys

import struct

from pymodbus.client import ModbusTcpClient

port, unit = (int(text) for text in sys.argv[1:])
client = ModbusTcpClient("127.0.0.1", port=port, timeout=5, retries=0)
assert client.connect()
readers = {
    "coil": client.read_coils,
    "discrete": client.read_discrete_inputs,
    "holding": client.read_holding_registers,
    "input": client.read_input_registers,
}
formats = {"int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I", "float32": ">f"}

for line in sys.stdin:
    name, table, register, kind = json.loads(line)
    bits = table in ("coil", "discrete")
    count = 1 if bits else struct.calcsize(formats[kind]) // 2
    reply = readers[table](register, count=count, slave=unit)
    if reply.isError():
        value = str(reply)
    elif bits:
        value = int(reply.bits[0])
    else:
        value = struct.unpack(formats[kind], struct.pack(f">{count}H", *reply.registers))[0]
    print(json.dumps([name, value]))
client.close()
