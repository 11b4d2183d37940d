// The verdict of `connect --explain` is made from what was observed and from nothing else: each row of its table, and that
// what was not seen is never sure.

import Foundation
import Testing

@testable import CommandSpec
@testable import Commands
@testable import Sockets

@Suite struct ConnectVerdictTests {
    private static let remote = SocketAddress.inet(IPv4Address(0x0a01_0002), port: 80)
    private static let local = SocketAddress.inet(.loopback, port: 80)
    private static let hop = AnyIPAddress.inet(IPv4Address(0x0a01_00fe))
    private static let python = SocketOwner(pid: 7, nameBytes: Array("python3".utf8), descriptor: 3)

    private static func observed(
        _ outcome: Observation.Outcome, _ address: SocketAddress = remote,
        _ fill: (inout Observation) -> Void = { _ in }
    ) -> Observation {
        var observation = Observation("host:80", address, outcome)
        fill(&observation)
        return observation
    }

    /// An address of this host, and who has its port.
    private static func here(
        _ outcome: Observation.Outcome, _ holders: PortHolder..., complete: Bool = true
    ) -> Observation {
        observed(outcome, local) {
            $0.route = .found(Route(kind: .local, interface: 1))
            $0.link = Link(name: "lo", isUp: true, hasCarrier: true, mtu: 65536)
            $0.survey = PortSurvey(holders: holders, isComplete: complete)
        }
    }

    /// An address behind an interface.
    private static func away(
        _ outcome: Observation.Outcome, gateway: AnyIPAddress? = nil, _ neighbour: NeighbourState? = .known,
        up: Bool = true, carrier: Bool = true, report: NetworkError? = nil
    ) -> Observation {
        observed(outcome) {
            $0.route = .found(Route(kind: .unicast, interface: 2, gateway: gateway))
            $0.link = Link(name: "eth0", isUp: up, hasCarrier: carrier, mtu: 1500)
            ($0.neighbour, $0.report) = (neighbour, report)
        }
    }

    /// What a router has said.
    private static func icmp(_ type: UInt8, _ code: UInt8, _ error: Errno) -> NetworkError? {
        // struct sock_extended_err with the origin SO_EE_ORIGIN_ICMP, and a sockaddr_in behind it.
        let bytes =
            error.rawValue.kernelBytes + [2, type, code, 0] + [UInt8](repeating: 0, count: 8)
            + UInt16(2).kernelBytes + [0, 0, 10, 1, 0, 254] + [UInt8](repeating: 0, count: 8)
        return NetworkError(parsing: bytes.span.bytes)
    }

    private static func refusedByRoute(_ error: Errno) -> Observation {
        observed(.failed(error)) { $0.route = .refused(error) }
    }

    /// A Unix socket that does not listen.
    private static func bound(by process: SocketOwner?) -> Observation {
        var observation = unix(.connectionRefused, .socket)
        observation.unixHolder = SocketHolder(use: .bound, process: process)
        return observation
    }

    private static func unix(_ error: Errno, _ path: UnixSocketPath?, _ name: String = "/run/x")
        -> Observation
    {
        observed(.failed(error), .unix(.path(Array(name.utf8)))) { $0.path = path }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let code: ConnectVerdict.Code
        let isSure: Bool
        let observation: @Sendable () -> Observation
        var testDescription: String { "\(code) \(isSure)" }

        init(
            _ code: ConnectVerdict.Code, _ isSure: Bool, _ observation: @escaping @Sendable () -> Observation
        ) {
            (self.code, self.isSure, self.observation) = (code, isSure, observation)
        }
    }

    static let cases: [Case] = [
        Case(.connected, true) { observed(.connected) },
        Case(.connected, true) { observed(.connected) { $0.greeting = .closed } },
        Case(.tlsExpected, true) { observed(.connected) { $0.greeting = .tlsAlert } },
        Case(.tls, true) { observed(.rejected(.init(message: "no", code: "X"))) },
        Case(.tls, false) { observed(.rejected(.init(message: "no", code: nil, isSilence: true))) },
        Case(.pathMTU, false) {
            observed(.rejected(.init(message: "no", code: nil, isSilence: true, isUnacknowledged: true)))
        },
        Case(.nameUnknown, true) { observed(.unresolved(.resolution(.noSuchName))) },
        Case(.noAddress, true) {
            observed(.unresolved(.resolution(.noSuchName))) { $0.family = .inet6 }
        },
        Case(.noAddress, true) { observed(.unresolved(.resolution(.noAddressOfFamily))) },
        Case(.serviceUnknown, true) { observed(.unresolved(.resolution(.noSuchService))) },
        Case(.nameService, false) { observed(.unresolved(.resolution(.temporaryFailure))) },
        Case(.nameService, false) { observed(.unresolved(.explained("no answer", .timedOut))) },
        Case(.descriptors, true) { observed(.impossible(operation: "socket", .tooManyDescriptors)) },
        Case(.sourceNotLocal, true) {
            observed(.impossible(operation: "bind", .addressNotAvailable)) { $0.source = "192.0.2.1:0" }
        },
        Case(.sourceInUse, true) {
            observed(.impossible(operation: "bind", .addressInUse)) { $0.source = "10.1.0.1:9" }
        },
        Case(.sourceInUse, true) {
            observed(.failed(.addressNotAvailable)) {
                ($0.source, $0.sourceHasPort, $0.ports) = ("10.1.0.1:9", true, .init(count: 1, used: 1))
            }
        },
        // An IPv6 address that is not known to be nobody else's yet, say.
        Case(.localSetting, true) {
            observed(.impossible(operation: "bind", .addressNotAvailable)) {
                ($0.source, $0.sourceIsHere) = ("[fd01::1]:0", true)
            }
        },
        Case(.nameUnknown, true) { observed(.unresolved(.resolution(.noSuchName))) { $0.isNumeric = true } },
        // What ICMP said before another answer came is not why; nor is that a packet was too long.
        Case(.refused, false) { away(.failed(.connectionRefused), report: icmp(3, 13, .hostUnreachable)) },
        Case(.noAnswer, false) { away(.timedOut, report: icmp(3, 4, .messageTooLong)) },
        Case(.portNotPermitted, true) {
            observed(.impossible(operation: "bind", .accessDenied)) { $0.source = "port 80" }
        },
        Case(.familyMissing, true) { observed(.impossible(operation: "socket", .familyNotSupported)) },
        Case(.localSetting, true) {
            observed(.impossible(operation: "setsockopt SO_BINDTODEVICE", .noSuchDevice))
        },
        Case(.portsExhausted, true) {
            observed(.failed(.addressNotAvailable)) { $0.ports = .init(count: 1, used: 1) }
        },
        Case(.other, false) {
            observed(.failed(.addressNotAvailable)) { $0.ports = .init(count: 28000, used: 27999) }
        },
        Case(.loopbackDown, true) {
            observed(.failed(.networkUnreachable), local) { $0.loopbackIsDown = true }
        },
        Case(.needsInterface, true) {
            observed(.failed(.invalidArgument), .inet6(IPv6Address("fe80::1")!, port: 80))
        },
        Case(.localFilter, false) { away(.failed(.notPermitted)) },
        Case(.blackhole, true) { refusedByRoute(.invalidArgument) },
        Case(.prohibited, true) { refusedByRoute(.accessDenied) },
        Case(.unreachableRoute, true) { refusedByRoute(.hostUnreachable) },
        Case(.noRoute, true) { refusedByRoute(.networkUnreachable) },
        Case(.interfaceDown, true) {
            observed(.failed(.networkUnreachable)) {
                ($0.route, $0.downInterface) = (.refused(.networkUnreachable), "eth0")
            }
        },
        Case(.interfaceDown, true) { away(.timedOut, up: false, carrier: false) },
        Case(.notUnicast, true) {
            observed(.failed(.networkUnreachable)) {
                $0.route = .found(Route(kind: .multicast, interface: 2))
            }
        },
        Case(.noCarrier, true) { away(.timedOut, .failed, carrier: false) },
        Case(.neighbourSilent, true) { away(.failed(.hostUnreachable), .failed) },
        Case(.neighbourSilent, true) { away(.timedOut, gateway: hop, .failed) },
        // It failed, and is asked once more.
        Case(.neighbourSilent, true) { away(.failed(.hostUnreachable), .incomplete) },
        Case(.neighbourSilent, false) { away(.timedOut, .incomplete) },
        Case(.icmpProhibited, true) {
            away(.failed(.hostUnreachable), gateway: hop, report: icmp(3, 13, .hostUnreachable))
        },
        Case(.icmpProhibited, true) { away(.timedOut, report: icmp(3, 9, .networkUnreachable)) },
        Case(.icmpRefused, true) {
            away(.failed(.connectionRefused), report: icmp(3, 3, .connectionRefused))
        },
        Case(.icmpUnreachable, true) { away(.timedOut, report: icmp(3, 1, .hostUnreachable)) },
        Case(.hopLimit, false) { away(.timedOut, report: icmp(11, 0, .hostUnreachable)) },
        Case(.refused, false) { away(.failed(.connectionRefused)) },
        Case(.reset, false) { away(.failed(.connectionReset)) },
        Case(.noAnswer, false) { away(.timedOut, gateway: hop) },
        Case(.unreachable, false) { away(.failed(.networkUnreachable)) },
        // This host.
        Case(.nothingListens, true) { here(.failed(.connectionRefused)) },
        Case(.notListening, true) {
            here(
                .failed(.connectionRefused),
                PortHolder(address: local, isListening: false, waiting: nil, backlog: nil, process: python))
        },
        Case(.otherAddress, true) {
            here(.failed(.connectionRefused), PortHolder(address: remote, process: python))
        },
        Case(.otherFamily, true) {
            here(.failed(.connectionRefused), PortHolder(address: .inet6(.loopback, port: 80)))
        },
        Case(.otherFamily, true) {
            here(.failed(.connectionRefused), PortHolder(address: .inet6(.any, port: 80), isV6Only: true))
        },
        Case(.otherInterface, true) {
            here(.failed(.connectionRefused), PortHolder(address: .inet(.any, port: 80), interface: "eth0"))
        },
        Case(.otherNamespace, true) {
            var observation = here(.failed(.connectionRefused))
            observation.elsewhere = [PortHolder(address: local, process: python, namespace: "b")]
            return observation
        },
        Case(.refused, false) {
            here(.failed(.connectionRefused), PortHolder(address: .inet6(.any, port: 80)))
        },
        Case(.backlogFull, true) { here(.timedOut, PortHolder(address: local, waiting: 2, backlog: 1)) },
        Case(.listenerSilent, false) { here(.timedOut, PortHolder(address: local)) },
        Case(.noAnswer, false) { here(.timedOut) },
        // The kernel has not told of all sockets: there may be one.
        Case(.refused, false) { here(.failed(.connectionRefused), complete: false) },
        // Unix sockets.
        Case(.noSuchPath, true) { unix(.noSuchFile, .missing(Array("/run".utf8))) },
        Case(.noSuchPath, true) { unix(.noSuchFile, .missing(Array("/run/x".utf8))) },
        Case(.noSuchPath, true) { unix(.notADirectory, .notADirectory(Array("/run".utf8))) },
        Case(.danglingLink, true) { unix(.noSuchFile, .danglingLink(to: "y")) },
        Case(.notPermitted, true) { unix(.accessDenied, .unsearchable(Array("/run".utf8))) },
        Case(.notPermitted, true) { unix(.accessDenied, .unwritable) },
        // A security module has refused it, say.
        Case(.other, false) { unix(.accessDenied, .socket) },
        Case(.notASocket, true) { unix(.connectionRefused, .otherFile) },
        Case(.notListening, true) { bound(by: python) },
        // Nobody knows whose it is.
        Case(.notListening, true) { bound(by: nil) },
        Case(.staleSocket, true) { unix(.connectionRefused, .socket) },
        Case(.wrongType, true) { unix(.wrongSocketType, .socket) },
        Case(.backlogFull, true) { observed(.timedOut, .unix(.path([0x78]))) },
        Case(.nothingListens, true) { observed(.failed(.connectionRefused), .unix(.abstract([0x78]))) },
    ]

    @Test(arguments: cases)
    func verdict(_ known: Case) {
        let observation = known.observation()
        let verdict = ConnectVerdict(observation)
        #expect(verdict.code == known.code && verdict.isSure == known.isSure, "\(verdict)")
        for text in [verdict.words, verdict.advice].compactMap(\.self) {
            #expect(!text.isEmpty && !text.hasSuffix(".") && !text.contains("\n"), "\(text)")
        }
        // The steps are told of anything.
        for step in observation.steps { #expect(!step.seen.isEmpty) }
    }

    @Test func everyWordHasItsRowAndItsCaseAndItsPlaceInTheManual() {
        let all = Set(ConnectVerdict.Code.allCases)
        #expect(Set(ConnectVerdict.table.map(\.code)) == all)
        #expect(Set(Self.cases.map(\.code)) == all)
        var terms: Set<String> = []
        for case .list(let items) in CommandSpec.connect.description {
            for item in items { terms.formUnion(item.term.split(separator: ", ").map(String.init)) }
        }
        for code in all { #expect(terms.contains(code.rawValue), "\(code)") }
    }

    /// Without what the kernel knows nothing is sure of another host.
    @Test(arguments: [
        Errno.connectionRefused, .timedOut, .hostUnreachable, .networkUnreachable, .notPermitted,
    ])
    func notSure(_ error: Errno) {
        let verdict = ConnectVerdict(Self.observed(.failed(error)))
        #expect(!verdict.isSure, "\(verdict)")
    }

    @Test func theWrongLineOfHostsIsPointedTo() {
        var observation = Self.away(.timedOut)
        observation.isFromHosts = true
        #expect(ConnectVerdict(observation).advice?.contains("/etc/hosts") == true)
    }

    @Test(arguments: [
        ("10.0.0.1 db db.test\n", "db", ["10.0.0.1"]), ("10.0.0.1 db # other\n", "other", []),
        ("10.0.0.1\tdb\r\n::1  x DB\n", "db", ["10.0.0.1", "::1"]), ("nonsense db\n#1.1.1.1 db", "db", []),
        ("", "db", []), ("10.0.0.1 db", "10.0.0.1", []),
    ])
    func hosts(text: String, name: String, expected: [String]) {
        let found = HostsFile.addresses(of: name, in: Array(text.utf8))
        #expect(found.map(\.description) == expected)
    }

    @Test(
        "an alert of TLS is told from other words",
        arguments: [
            ([0x15, 3, 1, 0, 2, 2, 40], true), ([0x15, 3, 1, 0, 9, 2, 40], false), ([], false),
            ([0x53, 0x53, 0x48, 0x0a, 0x78], false), ([0x15], false),
        ] as [([UInt8], Bool)])
    func alerts(bytes: [UInt8], expected: Bool) { #expect(PlainAnswer.isAlert(bytes) == expected) }

    @Test(
        "what a peer says by itself",
        arguments: [
            (InterviewResult(banner: [0x15], isAlert: true), "alert"),
            (InterviewResult(banner: Array("220 x".utf8)), "words"), (InterviewResult(), "nothing"),
            (InterviewResult(closedAfter: .zero), "closed"),
            (InterviewResult(closedAfter: .zero, isReset: true), "reset"),
        ])
    func greeting(result: InterviewResult, expected: String) {
        let kind =
            switch Greeting(result) {
            case .tlsAlert?: "alert"
            case .words?: "words"
            case .closed?: "closed"
            case .reset?: "reset"
            case nil: "nothing"
            }
        #expect(kind == expected)
    }
}
