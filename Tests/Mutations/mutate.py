"""Changes of good bytes: each mutation is made from a seed and its number alone, so that it can be made again."""

import re

LONGEST = 100_000

INTERESTING = [0, 1, 9, 10, 13, 32, 34, 44, 48, 58, 92, 123, 127, 128, 192, 255]
NUMBERS = [
    b"0", b"00", b"-1", b"+5", b"1e3", b"0x10", b"7fffffff", b"80000000", b"ffffffff", b"100000000", b"2147483648",
    b"4294967295", b"4294967296", b"9223372036854775807", b"9223372036854775808", b"18446744073709551615",
    b"18446744073709551616", b"fffffffffffffffff", b"9" * 40, b"1 1", b"5,5", b"5;x=y", b'5;x="\r\n"', b"", b" 5",
    b"5 ", b"1.5", b"1e999", b"\xef\xbc\x95"]
ENDS = [b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n\r\n", b"\r\n ", b"\r\n\t", b"\0", b"", b"\x0b", b"\xc2\x85"]
WORDS = [
    b"\0", b"\x1b[2J", b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "\u202e".encode(), b"\\ud800",
    b"\\u0000", b"[" * 3000, b'{"a":' * 2000, b'"', b"\\", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n",
    b"Content-Length: 18446744073709551616\r\n", b"Connection: close\r\n", b"Expect: 100-continue\r\n", b"0\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 9000, b": ", b"\r\n" * 200]


def mutated(random, good, others):
    """Good bytes with one to four changes."""
    data = bytearray(good)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        random.choice(CHANGES)(random, data, others)
        if len(data) > LONGEST:
            del data[LONGEST:]
    return bytes(data)


def span(random, data, longest=64):
    begin = random.randrange(len(data) + 1)
    return begin, min(len(data), begin + random.randrange(1, longest))


def flip(random, data, _):
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def byte(random, data, _):
    if data:
        data[random.randrange(len(data))] = random.choice(INTERESTING)


def cut(random, data, _):
    del data[random.randrange(len(data) + 1):]


def leave_out(random, data, _):
    begin, end = span(random, data)
    del data[begin:end]


def repeat(random, data, _):
    begin, end = span(random, data, 200)
    data[begin:begin] = data[begin:end] * random.choice((1, 1, 2, 10, 300))


def splice(random, data, others):
    other = random.choice(others)
    data[random.randrange(len(data) + 1):] = other[random.randrange(len(other) + 1):]


def insert(random, data, _):
    begin = random.randrange(len(data) + 1)
    data[begin:begin] = random.choice(WORDS) if random.randrange(2) else random.randbytes(random.randrange(1, 40))


def number(random, data, _):
    """A length, a size of a chunk, a status, a version."""
    found = list(re.finditer(rb"\b[0-9a-fA-F]{1,16}\b", data))
    if found:
        match = random.choice(found)
        data[match.start():match.end()] = random.choice(NUMBERS)


def prefix(random, data, _):
    """A length of one to eight bytes, mostly that of the first message, at an extreme."""
    size = random.choice((1, 2, 4, 8))
    begin = 0 if random.randrange(2) else random.randrange(len(data) + 1)
    half = 1 << 8 * size - 1
    value = random.choice((0, 1, 2 * half - 1, half, half - 1, random.getrandbits(8 * size)))
    data[begin:begin + size] = value.to_bytes(size, random.choice(("big", "little")))


def line_end(random, data, _):
    """One end of a line, or all of them."""
    end = random.choice(ENDS)
    found = list(re.finditer(rb"\r?\n", data))
    for match in reversed(found if random.randrange(3) == 0 else found and [random.choice(found)]):
        data[match.start():match.end()] = end


def lines(random, data, _):
    """Lines in another order, or twice."""
    parts = data.split(b"\n")
    one, other = random.randrange(len(parts)), random.randrange(len(parts))
    if random.randrange(2):
        parts[one], parts[other] = parts[other], parts[one]
    else:
        parts.insert(other, parts[one])
    data[:] = b"\n".join(parts)


def case(random, data, _):
    begin, end = span(random, data)
    data[begin:end] = data[begin:end].swapcase()


CHANGES = [flip, byte, cut, leave_out, repeat, splice, insert, lines, case] + [number, prefix, line_end] * 2


def segments(random, data):
    """As it is handed to the network: whole, in a few pieces, or byte for byte in its beginning."""
    kind = random.randrange(4)
    if kind == 0 or len(data) < 2:
        return [data]
    if kind == 1:
        first = min(len(data), random.randrange(2, 40))
        return [data[at:at + 1] for at in range(first)] + [data[first:]]
    places = sorted(random.randrange(len(data) + 1) for _ in range(random.randrange(1, 6)))
    return [data[begin:end] for begin, end in zip([0, *places], [*places, len(data)])]


ENDINGS = ["half-close"] * 6 + ["close", "reset", "hold"]


class Mutation:
    def __init__(self, random, seeds):
        self.data = mutated(random, random.choice(seeds), seeds)
        self.segments = segments(random, self.data)
        self.ending = random.choice(ENDINGS)
        if random.randrange(5) == 0:  # in the middle
            del self.segments[random.randrange(len(self.segments) + 1):]
