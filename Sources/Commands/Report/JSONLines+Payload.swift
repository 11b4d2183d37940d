// The events that carry payload, written without an encoder.

import Sockets

extension JSONLines {
    /// What one call received or sent: `data`.
    mutating func append(
        _ direction: Direction, _ bytes: RawSpan, of connection: ConnectionIdentity,
        to output: inout [UInt8]
    ) {
        appendEvent(bytes, to: &output) { cursor in
            cursor.put(#""connection":"#)
            cursor.integer(connection.number)
            cursor.put(direction == .received ? #","direction":"received""# : #","direction":"sent""#)
            cursor.put(#","event":"data","size":"#)
            cursor.integer(bytes.byteCount)
        }
    }

    /// A message that was received. Its payload is nil if it was written elsewhere.
    mutating func append(_ message: MessageReport, _ payload: RawSpan?, to output: inout [UInt8]) {
        if let detail = message.detail as? any JSONDetail {
            output += line(JSONEvent(message, detail))
            return
        }
        appendEvent(payload, to: &output) { cursor in
            cursor.put(#""connection":"#)
            cursor.integer(message.connection.number)
            cursor.put(#","direction":"received","event":"message","number":"#)
            cursor.integer(message.number)
            cursor.put(#","size":"#)
            cursor.integer(message.size)
        }
    }

    /// An event with its payload, `text` or `base64`, among the fields that `fill` writes, and the time.
    private mutating func appendEvent(
        _ payload: RawSpan?, to output: inout [UInt8], _ fill: (inout JSONCursor) -> Void
    ) {
        var length: Int?
        var size = 0
        if let payload {
            length = JSONText.length(of: payload)
            size = length ?? JSONText.base64Length(of: payload.byteCount)
        }
        let time = Timestamp.now
        let start = output.count
        output.append(atMost: size + Self.room) { cursor in
            cursor.byte(UInt8(ascii: "{"))
            if let payload, length == nil {
                cursor.put(#""base64":"#)
                cursor.base64(payload)
                cursor.byte(UInt8(ascii: ","))
            }
            fill(&cursor)
            if let payload, let length {
                cursor.put(#","text":"#)
                cursor.string(payload, length: length)
            }
            cursor.put(#","time":""#)
            clock.put(time, at: &cursor)
            cursor.put("\"}\n")
        }
        if isForTerminal {
            output.replaceSubrange(start..., with: TerminalEscaper.json(Array(output[start...])))
        }
    }

    /// What all but the payload takes at most.
    private static var room: Int { 256 }
}
