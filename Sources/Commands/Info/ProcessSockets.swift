// The sockets of another process: taken where that is permitted, and otherwise as the kernel lists them.

import CommandSpec
import Sockets

extension ProcessHandle {
    static func found(_ pid: Int32) throws(Failure) -> ProcessHandle {
        do throws(InspectionError) { return try ProcessHandle(pid: pid) } catch { throw Failure(error) }
    }

    func owner(of descriptor: Int32) -> SocketOwner {
        SocketOwner(pid: pid, nameBytes: name ?? [], descriptor: descriptor)
    }

    func openSockets() throws(Failure) -> [OpenSocket] {
        do throws(InspectionError) { return try sockets() } catch { throw Failure(error) }
    }

    /// The descriptor that is meant where none is named.
    func onlySocket() throws(Failure) -> Int32 {
        let sockets = try openSockets()
        if sockets.count == 1, let only = sockets.first { return only.descriptor }
        let numbers = sockets.map { String($0.descriptor) }.joined(separator: ", ")
        throw Failure(
            "info", words: "process \(pid) has \(sockets.isEmpty ? "no" : String(sockets.count)) sockets",
            status: .failure, hint: sockets.isEmpty ? nil : "name one with --fd: \(numbers)")
    }

    /// All sockets of the process. One that is closed meanwhile is left out.
    func descriptions() throws(Failure) -> [SocketDescription] {
        var descriptions: [SocketDescription] = []
        var list = SocketList()
        for open in try openSockets() {
            do throws(InspectionError) {
                descriptions.append(try description(of: open.descriptor, inode: open.inode, &list))
            } catch {
                switch error {
                case .noSuchDescriptor, .notASocket: continue
                default: throw Failure(error)
                }
            }
        }
        return descriptions
    }

    /// One socket of the process.
    func description(of number: Int32) throws(Failure) -> SocketDescription {
        let inode = try? sockets().first { $0.descriptor == number }?.inode
        var list = SocketList()
        do throws(InspectionError) {
            return try description(of: number, inode: inode, &list)
        } catch {
            throw Failure(error)
        }
    }

    /// A socket of the process as the kernel lists it, if it may not be taken: nil if it may, or if the list does
    /// not have it.
    func listedOnly(_ descriptor: Int32?) throws(Failure) -> SocketDescription? {
        let number = if let descriptor { descriptor } else { try onlySocket() }
        do throws(InspectionError) {
            _ = try socket(number)
            return nil
        } catch {
            guard let inode = try? sockets().first(where: { $0.descriptor == number })?.inode else {
                return nil
            }
            var list = SocketList()
            return list[inode].map { SocketDescription($0, owners: nil) }
        }
    }

    private func description(
        of number: Int32, inode: UInt64?, _ list: inout SocketList
    ) throws(InspectionError) -> SocketDescription {
        let owner = owner(of: number)
        do throws(InspectionError) {
            let taken = try socket(number)
            return try SocketDescription(of: HeldSocket(descriptor: taken.borrowed, owner: owner))
        } catch {
            guard error.leavesList, let inode, let record = list[inode] else { throw error }
            let description = SocketDescription(record, owners: nil)
            description.owners = .known([owner])
            description.descriptor = number
            description.limitation = [error.message, error.help].compactMap(\.self).joined(separator: "; ")
            return description
        }
    }
}

/// The kernel's list of sockets, asked for when it is first needed.
private struct SocketList {
    private lazy var records: [UInt64: SocketRecord] = {
        var query = SocketQuery()
        query.transports = Set(Transport.allCases)
        query.details = .all
        return Dictionary(SocketSurvey(query).records.map { ($0.inode, $0) }) { first, _ in first }
    }()

    subscript(inode: UInt64) -> SocketRecord? {
        mutating get { records[inode] }
    }
}
