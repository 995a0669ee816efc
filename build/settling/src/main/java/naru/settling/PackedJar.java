package naru.settling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** What a jar holds, in its order. Written with the times that were read, so that the same jar gives the same bytes. */
record PackedJar(List<Entry> entries) {

    private static final String CLASS = ".class";

    /** @param isStored whether it lies there as it is, which makes it larger, and sooner there for whoever reads it */
    record Entry(String name, LocalDateTime time, byte[] bytes, boolean isStored) {}

    static PackedJar read(Path file) throws IOException {
        var entries = new ArrayList<Entry>();
        try (var jar = new ZipFile(file.toFile())) {
            for (var entry : jar.stream().toList()) {
                try (var in = jar.getInputStream(entry)) {
                    entries.add(new Entry(entry.getName(), entry.getTimeLocal(), in.readAllBytes(), entry.getMethod() == ZipEntry.STORED));
                }
            }
        }
        return new PackedJar(entries);
    }

    /**
     * This very jar when no class is changed.
     *
     * @param change of a class with this name, with slashes, and these bytes; what it needs beside it comes right behind it
     * @param isStored which classes, by such names, are stored as they are
     */
    PackedJar withClasses(BiFunction<String, byte[], SettledClass.Settled> change, Predicate<String> isStored) {
        var changed = new ArrayList<Entry>();
        boolean isOther = false;
        for (var entry : entries) {
            if (!entry.name().endsWith(CLASS)) {
                changed.add(entry);
                continue;
            }
            String className = entry.name().substring(0, entry.name().length() - CLASS.length());
            boolean stored = isStored.test(className);
            var settled = change.apply(className, entry.bytes());
            isOther |= settled.bytes() != entry.bytes() || stored != entry.isStored();
            changed.add(new Entry(entry.name(), entry.time(), settled.bytes(), stored));
            settled.beside().forEach((name, bytes) -> changed.add(new Entry(name + CLASS, entry.time(), bytes, stored)));
        }
        return isOther ? new PackedJar(changed) : this;
    }

    void write(Path file) throws IOException {
        var fresh = Path.of(file + ".new");
        try (var to = new ZipOutputStream(Files.newOutputStream(fresh))) {
            for (var entry : entries) {
                var copy = new ZipEntry(entry.name());
                copy.setTimeLocal(entry.time());
                if (entry.isStored()) {
                    var sum = new CRC32();
                    sum.update(entry.bytes());
                    copy.setMethod(ZipEntry.STORED);
                    copy.setSize(entry.bytes().length);
                    copy.setCrc(sum.getValue());
                }
                to.putNextEntry(copy);
                to.write(entry.bytes());
                to.closeEntry();
            }
        }
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
