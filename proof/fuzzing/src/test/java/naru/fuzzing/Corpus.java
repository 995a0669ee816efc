package naru.fuzzing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** The inputs that are kept: by name, what they are. */
final class Corpus {

    private static final Path FOLDER = Path.of("corpus").toAbsolutePath();

    private Corpus() {}

    static SortedMap<String, byte[]> of(Target target) {
        var inputs = new TreeMap<String, byte[]>();
        try (var files = Files.list(FOLDER.resolve(target.folder()))) {
            for (var file : (Iterable<Path>) files::iterator) {
                inputs.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        return inputs;
    }
}
