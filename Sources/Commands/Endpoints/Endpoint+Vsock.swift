// `vsock:CID:PORT`: a virtual machine, or the host that it runs on, vsock(7).

import Sockets

extension Endpoint {
    static func vsock(_ rest: [UInt8], of text: String) throws(Failure) -> Endpoint {
        let parts = String(decoding: rest, as: UTF8.self).split(
            separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw .endpoint(
                text,
                "write vsock:CID:PORT: CID is the number of a machine, or host, local, or any to listen everywhere"
            )
        }
        guard let cid = cid(parts[0]) else {
            throw .endpoint(text, "'\(parts[0])' is no CID: a number, host, local or any")
        }
        guard let port = number(parts[1]) else {
            throw .endpoint(text, "'\(parts[1])' is no port: a number up to \(UInt32.max - 1)")
        }
        return .vsock(cid: cid, port: port)
    }

    /// `VMADDR_CID_LOCAL`, `VMADDR_CID_HOST`, `VMADDR_CID_ANY`, or a number.
    private static func cid(_ text: Substring) -> UInt32? {
        switch text {
        case "local": 1
        case "host": 2
        case "any", "*": SocketAddress.anyVsock
        default: number(text)
        }
    }

    private static func number(_ text: Substring) -> UInt32? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt32(text),
            number != SocketAddress.anyVsock
        else { return nil }
        return number
    }
}
