package io.forbear.retry.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.it.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The public types of each published module and their members are those of the committed list {@code
 * <module>/api/public.txt}. {@code bin/api} writes the lists and the jars that japicmp compares with; a change of them
 * is seen and argued in review.
 */
class PublicApiTest {

    /** Whether what is committed is to be written, and not compared. */
    static final boolean ACCEPTS = Boolean.getBoolean("api.accept");

    @TestFactory
    Stream<DynamicTest> isWhatTheCommittedListSays() {
        return PublishedModule.all().map(module -> DynamicTest.dynamicTest(module.folder(), () -> compare(module)));
    }

    private static void compare(PublishedModule module) throws IOException {
        Path folder = Documents.root(Path.of("").toAbsolutePath())
                .resolve(module.folder())
                .resolve("api");
        SortedMap<String, byte[]> classes = module.classes(module.exports()::contains);
        List<String> now = PublicApi.of(classes.keySet().stream()
                .filter(file -> !file.endsWith("-info.class"))
                .<Class<?>>map(PublishedModule::type)
                .toList());
        if (ACCEPTS) {
            BaselineJar.write(folder.resolve("baseline.jar"), classes);
            Files.write(folder.resolve("public.txt"), now);
        }
        assertThat(difference(Files.readAllLines(folder.resolve("public.txt")), now))
                .as("%s: public API against %s; bin/api accepts a change", module, folder.resolve("public.txt"))
                .isEmpty();
    }

    /** Returns what is gone, each after a minus, and what is new, each after a plus; every member after its type. */
    private static List<String> difference(List<String> before, List<String> now) {
        Set<String> gone = new TreeSet<>(flat(before));
        Set<String> added = new TreeSet<>(flat(now));
        gone.removeAll(flat(now));
        added.removeAll(flat(before));
        List<String> difference = new ArrayList<>();
        gone.forEach(line -> difference.add("- " + line));
        added.forEach(line -> difference.add("+ " + line));
        return difference;
    }

    private static List<String> flat(List<String> lines) {
        List<String> flat = new ArrayList<>();
        String type = "";
        for (String line : lines) {
            if (line.startsWith(" ")) {
                flat.add(type + ": " + line.strip());
            } else {
                type = line.replaceAll(".*?\\b(io\\.forbear[\\w.$]*).*", "$1");
                flat.add(line);
            }
        }
        return flat;
    }

    @Test
    void aDifferenceNamesTheTypeOfEachMember() {
        List<String> before = List.of("public class io.forbear.A", "    public void gone()", "    public void kept()");
        List<String> now = List.of("public class io.forbear.A", "    public void kept()", "public enum io.forbear.B");

        assertThat(difference(before, now))
                .containsExactly("- io.forbear.A: public void gone()", "+ public enum io.forbear.B");
    }

    @Test
    void sameLinesAreNoDifference() {
        List<String> lines = List.of("public class io.forbear.A", "    public void kept()");

        assertThat(difference(lines, lines)).isEmpty();
    }
}
