package naru.clusters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A compose file, as far as it speaks of brokers. */
record ComposeFile(SortedMap<String, Service> services) {

    /**
     * One container.
     *
     * @param ports as {@code HOST:CONTAINER}
     */
    record Service(SortedMap<String, String> environment, List<String> ports) {}

    static ComposeFile read(Path file) throws IOException {
        Map<String, Map<String, Map<String, Object>>> root = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
        var services = new TreeMap<String, Service>();
        root.get("services").forEach((name, service) -> services.put(name, service(service)));
        return new ComposeFile(services);
    }

    private static Service service(Map<String, Object> service) {
        var environment = new TreeMap<String, String>();
        ((Map<?, ?>) service.get("environment")).forEach((key, value) -> environment.put(key.toString(), value.toString()));
        return new Service(environment, ((List<?>) service.get("ports")).stream().map(Object::toString).toList());
    }
}
