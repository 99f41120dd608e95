"""A server by pymodbus: pymodbus-server.py tcp | rtu PATH | tls CERT KEY CA [older]

Units 1 and 2 hold known registers. Prints its port and then `asked PDU` for each request; ends with its standard input. With
`older` it speaks TLS 1.2 at most.
"""

import asyncio
import ssl
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.framer import FramerType
from pymodbus.server import ModbusSerialServer, ModbusTcpServer, ModbusTlsServer


def store(first):
    block = lambda values: ModbusSequentialDataBlock(1, values)
    registers = [first, 0, 0xFF85, 0xFFFF, 0xFFFE, 0x4142, 0x4300] + [0] * 93
    return ModbusSlaveContext(co=block([0, 1, 1, 0, 1]), di=block([1, 0, 1]), hr=block(registers), ir=block([7, 8, 9]))


def secure(cert, key, ca, older):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    context.load_verify_locations(ca)
    context.verify_mode = ssl.CERT_REQUIRED
    if older:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    else:
        context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def tell(sending, pdu):
    if not sending:
        print("asked " + (bytes([pdu.function_code]) + pdu.encode()).hex(), flush=True)
    return pdu


async def main():
    kind, *rest = sys.argv[1:]
    stores = ModbusServerContext(slaves={1: store(0x4020), 2: store(0x4030)}, single=False)
    identity = ModbusDeviceIdentification(info_name={"VendorName": "pymodbus", "ProductCode": "PM", "MajorMinorRevision": "3"})
    common = {"context": stores, "identity": identity, "trace_pdu": tell}
    if kind == "rtu":
        server = ModbusSerialServer(**common, framer=FramerType.RTU, port=rest[0], baudrate=115200)
    elif kind == "tls":
        # Modbus/TCP Security keeps the header of Modbus TCP; pymodbus's own TLS framer leaves it out.
        context = secure(rest[0], rest[1], rest[2], "older" in rest)
        server = ModbusTlsServer(**common, framer=FramerType.SOCKET, address=("127.0.0.1", 0), sslctx=context)
    else:
        framer = FramerType.RTU if kind == "rtu-over-tcp" else FramerType.SOCKET
        server = ModbusTcpServer(**common, framer=framer, address=("127.0.0.1", 0))
    await server.listen()
    print(0 if kind == "rtu" else server.transport.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.shutdown()


asyncio.run(main())
