// TCP_INFO: the layout, and what it says of a real connection.

import Testing

@testable import Sockets

@Suite struct TCPInfoTests {
    @Test func fieldsFollowEachOtherWithoutGap() {
        var end = 0
        for field in TCPInfo.fields where (field.bits?.lowerBound ?? 0) == 0 {
            #expect(field.offset == end, "\(field.name)")
            #expect(field.offset % field.width == 0, "\(field.name)")
            end = field.offset + field.width
        }
        #expect(end == 276)
        #expect(Set(TCPInfo.fields.map { $0.name }).count == TCPInfo.fields.count)
    }

    @Test func fieldIsThereOnlyIfTheAnswerReachesIt() {
        for length in 0...300 {
            let info = TCPInfo(bytes: [UInt8](repeating: 1, count: length))
            for field in TCPInfo.fields {
                #expect(
                    (info[field] != nil) == (field.offset + field.width <= length),
                    "\(field.name) of \(length)")
            }
        }
    }

    @Test func specialValuesAreNamed() throws {
        let info = TCPInfo(bytes: [UInt8](repeating: 0xff, count: 280))
        func value(_ name: String) throws -> TCPInfo.Value? {
            info[try #require(TCPInfo.fields.first { $0.name == name })]
        }
        #expect(try value("pacing_rate") == .unlimited)
        #expect(try value("snd_wscale") == .number(15))
        #expect(try value("delivery_rate_app_limited") == .number(1))
        #expect(try value("state") == .number(255))
        #expect(info.state == nil)
        var bytes = [UInt8](repeating: 0, count: 104)
        bytes.replaceSubrange(76..<80, with: [0xff, 0xff, 0xff, 0x7f])
        bytes[5] = 0b0101
        let other = TCPInfo(bytes: bytes)
        #expect(other[try #require(TCPInfo.fields.first { $0.name == "snd_ssthresh" })] == .unlimited)
        #expect(
            other[try #require(TCPInfo.fields.first { $0.name == "options" })]
                == .flags(["timestamps", "wscale"]))
    }

    @Test func connectionCountsItsBytes() throws {
        let pair = try ConnectedPair(.inet, .stream)
        try pair.client.writeAll([UInt8](repeating: 1, count: 1000))
        var readiness = try pair.server.waitUntilReady(for: .read, timeout: 2000)
        #expect(readiness == Readiness(isReadable: true))
        var info = try TCPInfo(of: pair.server)
        #expect(info.state == .established)
        #expect(info.bytesReceived == 1000)
        let client = try TCPInfo(of: pair.client)
        #expect(client.bytesSent == 1000)
        #expect(try #require(client.congestionWindow) > 0)
        #expect(client.minimumRoundTripTime != nil)
        try pair.client.shutdown(.sending)
        readiness = try pair.server.waitUntilReady(for: .read, timeout: 2000)
        info = try TCPInfo(of: pair.server)
        #expect(info.state == .closeWait)
    }

    @Test func datagramSocketHasNone() throws {
        let socket = try Socket(.inet, .datagram)
        #expect(throws: Errno.notSupported) { try TCPInfo(of: socket) }
    }

    @Test(arguments: [
        ("ESTABLISHED", TCPState.established), ("estab", .established), ("syn-sent", .synSent),
        ("SYN_RECV", .synReceived),
        ("fin-wait-1", .finWait1), ("time_wait", .timeWait), ("TIMEWAIT", .timeWait), ("listening", .listen),
        ("closed", .close), ("last-ack", .lastAck),
    ])
    func stateIsNamed(_ text: String, _ state: TCPState) {
        #expect(TCPState(named: text) == state)
        #expect(TCPState(named: state.name) == state)
    }
}
