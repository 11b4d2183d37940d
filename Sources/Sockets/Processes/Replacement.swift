// A program in place of this one, that is given sockets: execve(2), as sd_listen_fds(3) wants them.

import CLinux
import Glibc

extension ChildProgram.Command {
    /// Becomes this program, with the signals as this process found them: `execve(2)`. The sockets get the numbers from 3 on,
    /// and calls on them wait; `LISTEN_FDS`, `LISTEN_PID` and `LISTEN_FDNAMES` say so.
    /// - Parameter name: what each of them is called.
    /// - Returns: why not.
    package func replaceProcess(passing sockets: [BorrowedDescriptor], as name: String) -> Errno {
        let first: Int32 = 3
        do throws(Errno) {
            // Out of the way first: one may have the number that another is to get.
            let copies = try sockets.map { (socket) throws(Errno) in
                try call { fcntl(socket.number, F_DUPFD_CLOEXEC, first + Int32(sockets.count)) }
            }
            for (index, copy) in copies.enumerated() {
                let owned = OwnedDescriptor(copy)
                try owned.setBlocking()
                try call { dup2(owned.number, first + Int32(index)) }
            }
        } catch {
            return error
        }
        let names = ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"].map { Array("\($0)=".utf8) }
        let variables =
            ProcessEnvironment.variables.filter { variable in !names.contains { variable.starts(with: $0) } }
            + [
                "LISTEN_FDS=\(sockets.count)", "LISTEN_PID=\(getpid())",
                "LISTEN_FDNAMES=" + sockets.map { _ in name }.joined(separator: ":"),
            ].map { Array($0.utf8) }
        Signal.restore()
        let path = path.terminated
        let code = unsafe withVector(of: arguments) { arguments in
            unsafe withVector(of: variables) { variables in
                unsafe execve(path, arguments, variables) == 0 ? 0 : errno
            }
        }
        return Errno(rawValue: code)
    }
}
