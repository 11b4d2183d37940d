// Which response belongs to which request of a relayed connection.

import Foundation
import Framing
import Sockets
import Testing

@testable import Commands

@Suite struct RelayExchangeTests {
    private let connection = ConnectionIdentity(number: 1, local: nil, peer: .inet(.loopback, port: 1))
    private let framing = MessageFraming(FramingPair(local: .http, socket: .http), maxMessage: 1 << 20)

    /// Messages that are cut from this text.
    private func reports(_ text: String, _ flow: Flow, _ conversation: (any Conversation)?) throws
        -> [MessageReport]
    {
        let cutter = framing.relayCutter(conversation, flow)
        var reports: [MessageReport] = []
        _ = try cutter.cut(Array(text.utf8).span.bytes) {
            reports.append(MessageReport(connection, number: cutter.number, $0, $1))
            return .proceed
        }
        return reports
    }

    /// More requests than are told apart: those beyond have no number, and later ones have theirs again.
    @Test func manyRequests() throws {
        let conversation = framing.conversation()
        let exchange = RelayExchange()
        let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        let response = "HTTP/1.1 204 No Content\r\n\r\n"
        for var report in try reports(String(repeating: request, count: 5000), .incoming, conversation) {
            exchange.relate(&report)
            #expect(report.answerTo == nil)
        }
        var numbers: [Int?] = []
        for var report in try reports(String(repeating: response, count: 5000), .outgoing, conversation) {
            exchange.relate(&report)
            numbers.append(report.answerTo)
        }
        #expect(numbers == (1...4096).map { $0 } + Array(repeating: nil, count: 904))
        for var report in try reports(request, .incoming, conversation) { exchange.relate(&report) }
        for var report in try reports(response, .outgoing, conversation) {
            exchange.relate(&report)
            #expect(report.answerTo == 1)
        }
    }
}
