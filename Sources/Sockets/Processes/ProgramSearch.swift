// Finds a program by its name, as execvp(3) does, before it is needed.

import CLinux
import Glibc

package enum ProgramSearch {
    package enum Problem: Error {
        /// There is none of this name in any folder of `PATH`.
        case notInPath
        /// The file that was named, or found, cannot be run.
        case unusable(Errno)
        case isFolder
    }

    /// The path of the program: the word itself if it has a slash, otherwise the first that can be run in the folders of
    /// `PATH`: `access(2)` with `X_OK`.
    package static func find(_ word: [UInt8]) throws(Problem) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        if word.contains(slash) {
            try check(word)
            return word
        }
        var found: Problem?
        for folder in folders {
            let path = folder + (folder.last == slash ? [] : [slash]) + word
            do throws(Problem) {
                try check(path)
                return path
            } catch {
                // What is there and may not be run is told if nothing better comes.
                if case .unusable(.noSuchFile) = error { continue }
                if case .unusable(.notADirectory) = error { continue }
                found = found ?? error
            }
        }
        throw found ?? .notInPath
    }

    private static var folders: [[UInt8]] {
        // confstr(3) has the same where nothing is set.
        let path = unsafe getenv("PATH").map { unsafe [UInt8](cString: $0) } ?? Array("/bin:/usr/bin".utf8)
        return path.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map {
            $0.isEmpty ? [UInt8(ascii: ".")] : Array($0)
        }
    }

    private static func check(_ path: [UInt8]) throws(Problem) {
        let name = path.terminated
        var status = stat()
        do throws(Errno) {
            try call { unsafe stat(name, &status) }
            if status.st_mode & S_IFMT != S_IFDIR { try call { unsafe access(name, X_OK) } }
        } catch {
            throw .unusable(error)
        }
        if status.st_mode & S_IFMT == S_IFDIR { throw .isFolder }
    }
}
