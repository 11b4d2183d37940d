// What tshark makes of a recording of packets: what it complains about, each packet, and the bytes of each connection.

import Foundation
import Testing

struct Tshark {
    /// What is odd, from warnings on: `TCP  Connection reset (RST)`.
    private(set) var complaints: [String] = []
    /// One a packet, the fields that were asked for.
    private(set) var packets: [[String]] = []
    /// Of each connection that was asked for, what the side sent that connected, and the other one.
    private(set) var conversations: [(client: Data, server: Data)] = []

    /// - Parameters:
    ///   - fields: as its `-e` names them.
    ///   - count: how many connections are followed.
    init(_ scene: Scene, _ file: String, _ fields: [String], following count: Int = 0) throws {
        var words = ["-n", "-r", file, "-T", "fields", "-z", "expert,warn"]
        for protocolName in ["ip", "tcp", "udp"] { words += ["-o", "\(protocolName).check_checksum:TRUE"] }
        for field in fields { words += ["-e", field] }
        for stream in 0..<count { words += ["-z", "follow,tcp,raw,\(stream)"] }
        let program = try scene.run(.tshark, words)
        try scene.expectSuccess(program)
        var following: (client: Data, server: Data)?
        for line in program.output.text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("Follow:") {
                following = (Data(), Data())
            } else if line.hasPrefix("==="), let ended = following, line.count > 20 {
                conversations.append(ended)
                following = nil
            } else if following != nil {
                guard let bytes = Self.bytes(line) else { continue }
                if line.hasPrefix("\t") { following?.server += bytes } else { following?.client += bytes }
            } else if let complaint = line.wholeMatch(of: /\s+\d+\s+\S+\s+(TCP|UDP|IPv4|IPv6|Frame)\s\s(.+)/)
            {
                complaints.append("\(complaint.1) \(complaint.2)")
            } else if line.contains("\t") {
                packets.append(line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
            }
        }
    }

    /// A line of hexadecimal digits.
    static func bytes(_ line: Substring) -> Data? {
        let digits = line.drop { $0 == "\t" }.utf8
        guard !digits.isEmpty, digits.count % 2 == 0 else { return nil }
        var data = Data(capacity: digits.count / 2)
        var high: UInt8?
        for digit in digits {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x61...0x66: value = digit - 0x57
            default: return nil
            }
            if let first = high {
                data.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return data
    }
}
