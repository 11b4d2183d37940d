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
    ])
    func understood(words: [String], endpoint: Endpoint) throws {
        #expect(try Endpoint(words.map { Word($0) }) == endpoint)
    }

    @Test(arguments: [
        ["65536"], ["99999999999999999999"], ["host:"], ["host:70000"], ["host", "70000"], ["host", ""],
        ["unix:"], ["::1"], ["1.2.3.4"], ["[::1]"], ["[::1"], ["[::1]:"], ["[x]:80"], ["::1:80:90:zz"], [""],
        ["unix:" + String(repeating: "x", count: 108)], [],
    ])
    func refused(words: [String]) {
        #expect(throws: Failure.self) { try Endpoint(words.map { Word($0) }) }
    }

    @Test func refusalIsAUsageError() {
        let failure = #expect(throws: Failure.self) { try Endpoint(["[::1]:99999"]) }
        #expect(failure?.status == .usage)
        #expect(failure?.text.contains("65535") == true)
    }
}
