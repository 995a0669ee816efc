package naru.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The product once more, beside the honest one, with a bug planted in it while it is loaded. Nothing of that is in the product. */
final class SabotagedClasses extends ClassLoader {

    private final List<String> shared;
    private final List<Sabotage> bugs;
    private final Set<Sabotage> planted = new HashSet<>();

    /** @param shared what the names of those classes begin with that both sides have in common */
    SabotagedClasses(List<String> shared, List<Sabotage> bugs) {
        super(SabotagedClasses.class.getClassLoader());
        this.shared = shared;
        this.bugs = bugs;
        for (var bug : bugs) {
            load(bug.owner());
            if (!planted.contains(bug)) {
                throw new AssertionError("there is no place for a bug in " + bug.owner() + "." + bug.method());
            }
        }
    }

    /** The class of this name on the side that has the bug. */
    Class<?> load(String name) {
        try {
            return loadClass(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("naru.") || shared.stream().anyMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            var loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes;
        try (var in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            bytes = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (var bug : bugs) {
            if (bug.owner().equals(name)) {
                bytes = plant(bug, bytes);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] plant(Sabotage bug, byte[] bytes) {
        var file = ClassFile.of();
        return file.transformClass(file.parse(bytes), ClassTransform.transformingMethodBodies(method -> {
            boolean place = bug.isOf(method);
            if (place) {
                planted.add(bug);
            }
            return place;
        }, bug.change()));
    }
}
