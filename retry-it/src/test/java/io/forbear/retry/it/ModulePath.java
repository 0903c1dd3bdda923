package io.forbear.retry.it;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Where the classes of this test run come from: the jars under test, and those that they need. */
public final class ModulePath {

    private ModulePath() {}

    /** The jar (or, in a build that stops before packaging, the folder) that holds a type. */
    public static Path of(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(type.getName(), e);
        }
    }

    public static String ofAll(Class<?>... types) {
        return Arrays.stream(types)
                .map(ModulePath::of)
                .map(Path::toString)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }
}
