// The kernel's counters of a network namespace, as /proc has them.

import Testing

@testable import Sockets

@Suite struct NetworkCounterTests {
    @Test func countersAreRead() {
        let text = """
            Tcp: RtoAlgorithm MaxConn OutSegs RetransSegs
            Tcp: 1 -1 1234 56
            Udp: InErrors RcvbufErrors
            Udp: 7 18446744073709551615
            UdpLite: InErrors
            Cut: A B
            Cut: 1
            nonsense
            :
            """
        let counters = NetworkCounters(parsing: Array(text.utf8))
        #expect(counters["Tcp.OutSegs"] == 1234 && counters["Tcp.RetransSegs"] == 56)
        #expect(counters["Tcp.MaxConn"] == -1 && counters["Udp.InErrors"] == 7)
        // Too large for what it is read into.
        #expect(counters["Udp.RcvbufErrors"] == nil && counters["UdpLite.InErrors"] == nil)
        #expect(counters["Cut.A"] == 1 && counters["Cut.B"] == nil && counters[""] == nil)
    }

    @Test func ownCountersAreThere() throws {
        let counters = try #require(NetworkCounters())
        #expect(counters["TcpExt.ListenOverflows"] != nil && counters["Tcp.OutSegs"] != nil)
        let range = try #require(EphemeralPorts.range)
        #expect(range.count > 1)
    }

    @Test(
        arguments: [
            ("32768\t60999\n", 32768...60999), ("1 1", 1...1), ("", nil), ("5", nil), ("9 1", nil),
            ("1 2 3", nil),
            ("0\t65536", nil), ("a b", nil),
        ] as [(String, ClosedRange<UInt16>?)])
    func rangeIsRead(text: String, range: ClosedRange<UInt16>?) {
        #expect(EphemeralPorts.range(parsing: Array(text.utf8)) == range)
    }
}
