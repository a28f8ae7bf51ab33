/** Gives memory for a file: bytes that are 0, from a multiple of 8 of their buffer on. */
export type FileMemory = (bytes: number) => Uint8Array<ArrayBuffer>;

/** A buffer for each file. */
export const ownMemory: FileMemory = (bytes) => new Uint8Array(bytes);

/** Size of a buffer that files share. More takes longer to make than it saves. */
const sharedBytes = 2 ** 14;

/**
 * Memory for the files of one response, of which small ones share buffers: making a buffer takes longer than writing a
 * small file.
 *
 * @param files how many are expected, all about as large as the first
 */
export function sharedMemory(files: number): FileMemory {
  let left = files;
  let buffer = new ArrayBuffer(0);
  let end = 0;
  return (bytes) => {
    const size = Math.ceil(bytes / 8) * 8;
    if (size > buffer.byteLength - end) {
      const wanted = Math.min(sharedBytes, size * left);
      if (wanted < 2 * size) return ownMemory(bytes);
      buffer = new ArrayBuffer(wanted);
      end = 0;
    }
    const file = new Uint8Array(buffer, end, bytes);
    end += size;
    left--;
    return file;
  };
}
