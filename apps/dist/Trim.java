import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Takes out of a jar what the slim download does not need: {@code java Trim.java JAR BEGINNING...} leaves out every entry whose name
 * begins so. The same jar gives the same bytes, whenever and wherever.
 */
public final class Trim {

    /** In no time zone; later than the first day that a zip knows, which Java takes for a time that it cannot tell. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

    private Trim() {}

    public static void main(String... arguments) throws IOException {
        var jar = Path.of(arguments[0]);
        var trimmed = Path.of(arguments[0] + ".trimmed");
        var without = Pattern.compile("^(?:" + String.join("|", Arrays.copyOfRange(arguments, 1, arguments.length)) + ")");
        int left = 0;
        try (var from = new ZipFile(jar.toFile()); var to = new ZipOutputStream(Files.newOutputStream(trimmed))) {
            to.setLevel(Deflater.BEST_COMPRESSION);
            for (var entry : from.stream().toList()) {
                if (without.matcher(entry.getName()).find()) {
                    left++;
                    continue;
                }
                var copy = new ZipEntry(entry.getName());
                copy.setTimeLocal(NO_TIME);
                to.putNextEntry(copy);
                try (var in = from.getInputStream(entry)) {
                    in.transferTo(to);
                }
                to.closeEntry();
            }
        }
        if (left == 0) {
            throw new IOException(jar.getFileName() + " has nothing of what should be taken out of it: it is another version");
        }
        Files.move(trimmed, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
