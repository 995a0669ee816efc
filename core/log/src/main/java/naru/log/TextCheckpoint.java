package naru.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;

/** Kafka's text checkpoints: a line with the version 0, a line with the number of entries, a line for each entry. */
final class TextCheckpoint {

    private TextCheckpoint() {}

    /**
     * The entries, split at spaces; null when there is no such file or it is damaged: then nothing of it counts.
     *
     * @param words how many fields of an entry are words; after them come {@code numbers} numbers
     */
    static List<String[]> read(Disk disk, String path, int words, int numbers) {
        if (!disk.exists(path)) {
            return null;
        }
        var lines = new String(disk.readAll(path), StandardCharsets.UTF_8).split("\n", -1);
        if (lines.length < 2 || !lines[0].strip().equals("0")) {
            return null;
        }
        long count = parse(lines[1].strip());
        // The last entry ends with a line feed too: without it, its number may be half a number.
        if (count < 0 || lines.length < count + 3) {
            return null;
        }
        var entries = new ArrayList<String[]>((int) count);
        for (int i = 0; i < count; i++) {
            var parts = lines[i + 2].strip().split("\\s+");
            if (parts.length != words + numbers || !areNumbers(parts, words)) {
                return null;
            }
            entries.add(parts);
        }
        return entries;
    }

    private static boolean areNumbers(String[] parts, int from) {
        for (int i = from; i < parts.length; i++) {
            if (parse(parts[i]) < 0) {
                return false;
            }
        }
        return true;
    }

    /** -1 when the text is no number. */
    private static long parse(String number) {
        try {
            return Long.parseLong(number);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** The bytes of a checkpoint with these lines. */
    static byte[] encode(List<String> lines) {
        var text = new StringBuilder("0\n").append(lines.size()).append('\n');
        for (var line : lines) {
            text.append(line).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
