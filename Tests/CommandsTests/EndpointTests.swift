// Endpoints, as every command takes them.

import CommandSpec
import Sockets
import Testing

@testable import Commands

@Suite struct EndpointTests {
    @Test(arguments: [
        (["80"], Endpoint.port("80")),
        (["http"], .port("http")),
        (["*:80"], .everyInterface(port: "80")),
        ([":80"], .everyInterface(port: "80")),
        (["*", "80"], .everyInterface(port: "80")),
        (["host", "80"], .host("host", port: "80")),
        (["host:http"], .host("host", port: "http")),
        (["[::1]:80"], .host("::1", port: "80")),
        (["[::1]", "80"], .host("::1", port: "80")),
        (["::1", "80"], .host("::1", port: "80")),
        (["fe80::1%lo", "0"], .host("fe80::1%lo", port: "0")),
        (["[fe80::1%lo]:65535"], .host("fe80::1%lo", port: "65535")),
        (["unix:/run/x:y"], .unix(.path(Array("/run/x:y".utf8)))),
        (["unix:@name"], .unix(.abstract(Array("name".utf8)))),
        (["unix-seqpacket:/x:1"], .seqpacket(.path(Array("/x:1".utf8)))),
        // A host with the name of a scheme: its port is a word of its own.
        (["fd", "3"], .host("fd", port: "3")), (["unix", "80"], .host("unix", port: "80")),
        (["tls", "https"], .host("tls", port: "https")), (["vsock", "2"], .host("vsock", port: "2")),
        (["unix-seqpacket", "1"], .host("unix-seqpacket", port: "1")),
        (["vsock:2:99"], .vsock(cid: 2, port: 99)),
        (["vsock:host:4294967294"], .vsock(cid: 2, port: 4_294_967_294)),
        (["vsock:any:1"], .vsock(cid: .max, port: 1)), (["vsock:local:1"], .vsock(cid: 1, port: 1)),
        (["fd:3"], .inherited([3], name: "3")), (["tls:fd:3"], .tls(.inherited([3], name: "3"))),
        (["unix:[x]:80"], .unix(.path(Array("[x]:80".utf8)))),
        (["tls:a:443"], .tls(.host("a", port: "443"))), (["tls:443"], .tls(.port("443"))),
        (["tls:[::1]:443"], .tls(.host("::1", port: "443"))), (["tls:*:1"], .tls(.everyInterface(port: "1"))),
        (["tls:unix:/x"], .tls(.unix(.path(Array("/x".utf8))))),
        (["unix://run/x"], .unix(.path(Array("//run/x".utf8)))),
    ])
    func understood(words: [String], endpoint: Endpoint) throws {
        #expect(try Endpoint(words.map { Word($0) }) == endpoint)
    }

    @Test(arguments: [
        ["65536"], ["99999999999999999999"], ["host:"], ["host:70000"], ["host", "70000"], ["host", ""],
        ["unix:"], ["::1"], ["1.2.3.4"], ["[::1]"], ["[::1"], ["[::1]:"], ["[x]:80"], ["::1:80:90:zz"], [""],
        ["unix:" + String(repeating: "x", count: 108)], [],
        // What strtoul(3) would take for a number, and getaddrinfo(3) cut to 16 bits.
        ["host", "+80"], ["host", " 80"], ["host", "-1"], ["host:+65616"], ["[::1]: 80"], ["host", "\t80"],
        // Schemes that are not built.
        ["fd:"], ["fd:99999999999"], ["fd:name"],
        ["unix-seqpacket:"], ["tls:unix-seqpacket:/x"], ["vsock:"], ["vsock:2"],
        ["vsock:2:x"], ["vsock:x:2"], ["vsock:2:4294967295"], ["vsock:-1:2"], ["vsock:2:3:4"],
        ["vsock:4294967296:1"],
        // TLS to nowhere, to a host without a port, in TLS.
        ["tls:"], ["tls:a.example"], ["tls:tls:a:1"], ["tls:[::1]"], ["tls:unix:"],
    ])
    func refused(words: [String]) {
        #expect(throws: Failure.self) { try Endpoint(words.map { Word($0) }) }
    }

    @Test(arguments: EndpointScheme.allCases)
    func aSchemeIsAlwaysOneWord(scheme: EndpointScheme) throws {
        for rest in ["", "x", "3", "host:443", "/a:b:c", "[::1]:80", "a b"] {
            let word = Word("\(scheme.rawValue):\(rest)")
            #expect(EndpointForm.isComplete(word), "\(word)")
            #expect(EndpointScheme.split(word)?.rest == Array(rest.utf8))
        }
        for word in ["\(scheme.rawValue)", "\(scheme.rawValue)x:1", "x\(scheme.rawValue):1"] {
            #expect(EndpointScheme.split(Word(word)) == nil, "\(word)")
        }
    }

    @Test(arguments: ["[fe80::1%nosuch]:80", "fe80::1%nosuch"])
    func aMissingInterfaceIsNamed(host: String) {
        for words in [host.hasPrefix("[") ? [host] : [host, "80"]] {
            let failure = #expect(throws: Failure.self) { try Endpoint(words.map { Word($0) }) }
            #expect(failure?.text.contains("there is no interface 'nosuch'") == true)
            #expect(failure?.status == .resolution)
            let check = #expect(throws: Failure.self) { try CheckTarget.all(in: words.map { Word($0) }) }
            #expect(check?.text == failure?.text)
        }
    }

    /// What stands in the wrong place is named, with what to type, before anything is looked up.
    @Test(arguments: [
        (["/tmp/x.sock"], "'/tmp/x.sock': not a host or port: a Unix socket is written unix:/tmp/x.sock"),
        (["./x", "hello"], "'./x': not a host or port: a Unix socket is written unix:./x"),
        (["run/x:80"], "'run/x': not a host or port: a Unix socket is written unix:run/x"),
        (
            ["http://localhost:8000/"],
            "'http://localhost:8000/': a URL: an endpoint is written HOST:PORT\n"
                + "  for a request: sockctl send --http GET URL"
        ),
        (["ftp://localhost"], "'ftp://localhost': a URL: an endpoint is written HOST:PORT"),
        (
            ["localhost:22:33"],
            "'localhost:22:33': more than one colon: write HOST:PORT, or [ADDRESS]:PORT for an IPv6 address"
        ),
        (
            ["localhost:22", "33"],
            "'localhost:22': more than one colon: write HOST:PORT, or [ADDRESS]:PORT for an IPv6 address"
        ),
        (["", "9000"], "'': the host is empty: is a variable unset?"),
        ([""], "'': the host is empty: is a variable unset?"),
        (["*"], "'*': no port: every interface is written '*:PORT'"),
        (["70000"], "'70000': not a valid port: ports go from 0 to 65535"),
    ])
    func whatToTypeInstead(words: [String], message: String) {
        let failure = #expect(throws: Failure.self) { try Endpoint(words.map { Word($0) }) }
        #expect(failure?.status == .usage)
        #expect(failure?.text == "endpoint " + message)
    }

    @Test func refusalIsAUsageError() {
        let failure = #expect(throws: Failure.self) { try Endpoint(["[::1]:99999"]) }
        #expect(failure?.status == .usage)
        #expect(failure?.text.contains("65535") == true)
    }
}
