package naru.settling;

import java.io.IOException;
import java.lang.classfile.ClassHierarchyResolver;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * {@code Settle FOLDER BEGINNING [EXCEPT...]}: settles every jar in the folder whose name begins so. The others there are what they name. With EXCEPT, for
 * a machine that has no cache, lambdas become classes, too, and classes lie in the jar as they are; but for those whose names, with slashes, begin so: they are
 * too many, and no start needs them.
 */
public final class Settle {

    private Settle() {}

    public static void main(String... arguments) throws IOException {
        var jars = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
            files.forEach(jars::add);
        }
        jars.sort(null);
        var exceptions = List.of(arguments).subList(2, arguments.length);
        Predicate<String> isHurried = name -> !exceptions.isEmpty() && exceptions.stream().noneMatch(name::startsWith);
        try (var loader = new URLClassLoader(jars.stream().map(Settle::url).toArray(URL[]::new))) {
            // As the virtual machine would ask while it verifies, and without running anything.
            var others = ClassHierarchyResolver.ofResourceParsing(loader).cached();
            for (var jar : jars) {
                if (jar.getFileName().toString().startsWith(arguments[1])) {
                    settle(jar, others, isHurried);
                }
            }
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A jar in which nothing is left to do stays as it is, time included. */
    private static void settle(Path file, ClassHierarchyResolver others, Predicate<String> isHurried) throws IOException {
        var jar = PackedJar.read(file);
        var settled = jar.withClasses((name, bytes) ->
                SettledClass.of(bytes, others, isHurried.test(name)), isHurried);
        if (settled != jar) {
            settled.write(file);
        }
    }
}
