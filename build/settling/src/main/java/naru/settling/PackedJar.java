package naru.settling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** What a jar holds, in its order. Written with the times that were read, so that the same jar gives the same bytes. */
record PackedJar(List<Entry> entries) {

    private static final String CLASS = ".class";

    record Entry(String name, LocalDateTime time, byte[] bytes) {}

    static PackedJar read(Path file) throws IOException {
        var entries = new ArrayList<Entry>();
        try (var jar = new ZipFile(file.toFile())) {
            for (var entry : jar.stream().toList()) {
                try (var in = jar.getInputStream(entry)) {
                    entries.add(new Entry(entry.getName(), entry.getTimeLocal(), in.readAllBytes()));
                }
            }
        }
        return new PackedJar(entries);
    }

    /** This very jar when no class is changed. */
    PackedJar withClasses(UnaryOperator<byte[]> change) {
        var changed = new ArrayList<Entry>();
        boolean isOther = false;
        for (var entry : entries) {
            byte[] bytes = entry.name().endsWith(CLASS) ? change.apply(entry.bytes()) : entry.bytes();
            isOther |= bytes != entry.bytes();
            changed.add(new Entry(entry.name(), entry.time(), bytes));
        }
        return isOther ? new PackedJar(changed) : this;
    }

    void write(Path file) throws IOException {
        var fresh = Path.of(file + ".new");
        try (var to = new ZipOutputStream(Files.newOutputStream(fresh))) {
            for (var entry : entries) {
                var copy = new ZipEntry(entry.name());
                copy.setTimeLocal(entry.time());
                to.putNextEntry(copy);
                to.write(entry.bytes());
                to.closeEntry();
            }
        }
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
