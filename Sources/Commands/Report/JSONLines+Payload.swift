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

    /// A datagram. Its payload is nil if it was written elsewhere.
    mutating func append(_ datagram: DatagramReport, _ payload: RawSpan?, to output: inout [UInt8]) {
        let (local, peer) = (texts.text(of: datagram.local), texts.text(of: datagram.peer))
        let interface = Array((datagram.interface ?? "").utf8)
        let length = JSONText.length(of: unsafe interface.span.bytes) ?? 0
        let time = datagram.timestamp ?? datagram.sent ?? .now
        appendEvent(
            payload, at: time, room: local.count + peer.count + length, to: &output,
            before: { cursor in
                guard let answer = datagram.answer else { return }
                cursor.put(#""answers":"#)
                cursor.integer(answer.number)
                cursor.byte(UInt8(ascii: ","))
            },
            { cursor in
                cursor.put(
                    datagram.direction == .received ? #""direction":"received""# : #""direction":"sent""#)
                if let count = datagram.droppedBefore {
                    cursor.put(#","dropped_before":"#)
                    cursor.integer(count)
                }
                cursor.put(#","event":"datagram""#)
                if let limit = datagram.hopLimit {
                    cursor.put(#","hop_limit":"#)
                    cursor.integer(limit)
                }
                if datagram.interface != nil {
                    cursor.put(#","interface":"#)
                    unsafe cursor.string(interface.span.bytes, length: length)
                }
                cursor.put(#","local":"#)
                unsafe cursor.put(local.span.bytes)
                cursor.put(#","number":"#)
                cursor.integer(datagram.number)
                cursor.put(#","peer":"#)
                unsafe cursor.put(peer.span.bytes)
                if let answer = datagram.answer {
                    cursor.put(#","rtt_us":"#)
                    cursor.integer(max(0, Int(answer.time.nanoseconds / 1000)))
                }
                cursor.put(#","size":"#)
                cursor.integer(datagram.length)
            },
            after: { clock, cursor in
                if let timestamp = datagram.timestamp {
                    cursor.put(#","timestamp":""#)
                    clock.put(timestamp, digits: 9, at: &cursor)
                    cursor.byte(UInt8(ascii: "\""))
                }
                if datagram.isTruncated { cursor.put(#","truncated":true"#) }
            })
    }

    /// An event with its payload, `text` or `base64`, among the fields that `fill` writes, and the time. The fields are
    /// in alphabetical order.
    /// - Parameter room: how much more than numbers and names is to be written.
    private mutating func appendEvent(
        _ payload: RawSpan?, at time: Timestamp = .now, room: Int = 0, to output: inout [UInt8],
        before: (inout JSONCursor) -> Void = { _ in }, _ fill: (inout JSONCursor) -> Void,
        after: (inout JSONClock, inout JSONCursor) -> Void = { _, _ in }
    ) {
        var length: Int?
        var size = 0
        if let payload {
            length = JSONText.length(of: payload)
            size = length ?? JSONText.base64Length(of: payload.byteCount)
        }
        let start = output.count
        output.append(atMost: size + room + Self.room) { cursor in
            cursor.byte(UInt8(ascii: "{"))
            before(&cursor)
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
            clock.put(time, digits: 6, at: &cursor)
            cursor.byte(UInt8(ascii: "\""))
            after(&clock, &cursor)
            cursor.put("}\n")
        }
        if isForTerminal {
            output.replaceSubrange(start..., with: TerminalEscaper.json(Array(output[start...])))
        }
    }

    /// What the names and numbers of an event take at most.
    private static var room: Int { 512 }
}

/// Addresses as JSON, kept because the same few come again and again.
struct JSONAddressTexts {
    private var texts: [SocketAddress: [UInt8]] = [:]
    private static let most = 4096

    mutating func text(of address: SocketAddress) -> [UInt8] {
        if let text = texts[address] { return text }
        if texts.count >= Self.most { texts = [:] }
        let text = Array(JSONLines().line(JSONAddress(address)).dropLast())
        texts[address] = text
        return text
    }
}
