// A message that was relayed, as a line of text.

import Framing
import Sockets

enum RelayText {
    /// So much of a message is shown, in bytes.
    private static let longest = 200

    /// Of HTTP the start line, the size and how long a response took; of others what they say.
    static func line(of message: MessageReport, _ payload: RawSpan) -> String {
        guard let http = message.http else {
            let size = message.size <= longest ? "" : " … \(Statistics.bytes(message.size))"
            var shown: [UInt8] = []
            var escaper = TerminalEscaper()
            escaper.append(payload.extracting(first: longest), to: &shown)
            escaper.finish(to: &shown)
            return TerminalEscaper.line(String(decoding: shown, as: UTF8.self)) + size
        }
        let version = "HTTP/1.\(http.minorVersion)"
        var line =
            switch http.start {
            case .request(let method, let target): "\(method) \(target) \(version)"
            case .response(let status, let reason):
                "\(version) \(status)" + (reason.isEmpty ? "" : " " + reason)
            }
        line += ", \(Statistics.bytes(message.size))"
        if let took = message.took { line += ", \(Statistics.text(took))" }
        return TerminalEscaper.line(line)
    }
}
