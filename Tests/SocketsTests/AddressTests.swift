// Addresses and blocks of them: text in, text out, and what lies where.

import Testing

@testable import Sockets

@Suite struct AddressTests {
    @Test(
        arguments: [
            ("0.0.0.0", 0), ("127.0.0.1", 0x7f00_0001), ("192.168.2.1", 0xc0a8_0201),
            ("255.255.255.255", 0xffff_ffff),
        ] as [(String, UInt32)])
    func inet(text: String, number: UInt32) {
        #expect(IPv4Address(text)?.number == number)
        #expect(IPv4Address(number).description == text)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4x", "1.2.3.4\0x", " 1.2.3.4", "::1",
    ])
    func notInet(text: String) {
        #expect(IPv4Address(text) == nil)
    }

    @Test(arguments: ["::", "::1", "2001:db8::1", "fe80::1%lo", "::ffff:10.0.0.1"])
    func inet6(text: String) {
        #expect(IPv6Address(text)?.description == text)
    }

    @Test(arguments: [
        ("fe80::1", true), ("febf::1", true), ("fec0::1", false), ("ff02::1", true), ("ff05::1", false),
        ("::1", false),
        ("fe80::1%lo", false), ("2001:db8::1", false),
    ])
    func scope(text: String, isMissing: Bool) {
        #expect(IPv6Address(text)?.lacksScope == isMissing)
    }

    @Test(arguments: [
        ("fe80::1%nosuch", "nosuch"), ("fe80::1%", ""), ("fe80::1%lo", nil), ("fe80::1", nil),
        ("x%nosuch", nil),
        ("fe80::1%1", nil),
    ])
    func missingInterface(text: String, name: String?) {
        #expect(IPv6Address.missingInterface(of: text) == name)
    }

    @Test(arguments: [
        ("0", 0), ("80", 80), ("00080", 80), ("65535", 65535), ("65536", nil), ("99999", nil), ("+80", nil),
        ("-1", nil), (" 80", nil), ("", nil), ("0x50", nil), ("http", nil), ("８０", nil),
    ])
    func port(text: String, number: UInt16?) {
        #expect(PortNumber.read(text) == number)
        let mayBeName = ["http", "0x50", "８０"].contains(text)
        #expect(PortNumber.isValid(text) == (number != nil || mayBeName))
    }

    @Test(arguments: [
        "", "1.2.3.4", ":::", "fe80::1%", "fe80::1%no-such-interface", "::1\0", "12345::", "[::1]",
    ])
    func notInet6(text: String) {
        #expect(IPv6Address(text) == nil)
    }

    @Test(arguments: [
        (SocketAddress.inet(.loopback, port: 80), "127.0.0.1:80"),
        (.inet6(.loopback, port: 65535), "[::1]:65535"),
        (.unix(.path(Array("/run/x".utf8))), "unix:/run/x"),
        (.unix(.abstract(Array("x".utf8))), "unix:@x"),
        (.unix(.unnamed), "unix:"),
    ])
    func throughTheKernel(address: SocketAddress, text: String) throws {
        #expect(address.description == text)
        let copy = try unsafe address.withSockaddr { (pointer, length) throws(Errno) in
            unsafe SocketAddress(
                kernel: UnsafeRawBufferPointer(start: pointer, count: Int(length)), length: Int(length))
        }
        #expect(copy == address)
    }

    @Test func unixNamesHaveALimit() {
        let path = [UInt8](repeating: 0x61, count: 108)
        #expect(throws: Errno.nameTooLong) {
            try unsafe SocketAddress.unix(.path(path)).withSockaddr { (_, _) throws(Errno) in () }
        }
    }

    @Test(arguments: [
        ("127.0.0.0/8", "127.255.0.1", true), ("127.0.0.0/8", "128.0.0.1", false),
        ("10.1.2.3", "10.1.2.3", true),
        ("10.1.2.3", "10.1.2.4", false), ("0.0.0.0/0", "8.8.8.8", true), ("10.0.0.0/31", "10.0.0.1", true),
        ("10.0.0.0/31", "10.0.0.2", false), ("::/0", "::1", true),
        ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::1", false), ("::1", "::1", true), ("::/0", "127.0.0.1", false),
        ("127.0.0.0/8", "::ffff:127.0.0.1", true), ("0.0.0.0/0", "::1", false),
    ])
    func blocks(block: String, address: String, isInside: Bool) throws {
        let socket: SocketAddress
        if let inet = IPv4Address(address) {
            socket = .inet(inet, port: 1)
        } else {
            socket = .inet6(try #require(IPv6Address(address)), port: 1)
        }
        #expect(try #require(AddressBlock(block)).contains(socket) == isInside)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.1.0.0/16", true), ("10.0.0.0/8", "11.0.0.0/8", false),
        ("0.0.0.0/0", "127.0.0.0/8", true),
        ("127.0.0.2", "127.0.0.0/8", true), ("::/0", "127.0.0.0/8", false), ("::1", "::/64", true),
        ("::1", "::2", false),
    ])
    func overlaps(one: String, other: String, expected: Bool) throws {
        let (one, other) = (try #require(AddressBlock(one)), try #require(AddressBlock(other)))
        #expect(one.overlaps(other) == expected)
        #expect(other.overlaps(one) == expected)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/", "::/129", "host", "10.0.0/8",
    ])
    func notABlock(text: String) {
        #expect(AddressBlock(text) == nil)
    }
}
