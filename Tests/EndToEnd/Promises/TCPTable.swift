// The kernel's table of TCP sockets, for what only it knows: in which state a connection is whose descriptor is closed.

import Foundation

enum TCPTable {
    struct Row {
        let local: UInt16
        let remote: UInt16
        /// In hexadecimal, as there: 01 established, 05 FIN-WAIT-2, 08 CLOSE-WAIT.
        let state: String
    }

    static var rows: [Row] {
        ["tcp", "tcp6"].flatMap { table -> [Row] in
            kernelTable(table).compactMap { fields in
                guard fields.count > 3, let local = port(fields[1]), let remote = port(fields[2]) else {
                    return nil
                }
                return Row(local: local, remote: remote, state: String(fields[3]))
            }
        }
    }

    private static func port(_ address: Substring) -> UInt16? {
        address.split(separator: ":").last.flatMap { UInt16($0, radix: 16) }
    }
}
