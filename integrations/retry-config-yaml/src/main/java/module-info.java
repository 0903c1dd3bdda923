import org.jspecify.annotations.NullMarked;

/** Settings in files of YAML. */
@NullMarked
module io.forbear.retry.yaml {
    requires transitive io.forbear.retry.core;
    requires static transitive org.jspecify;
    requires org.snakeyaml.engine;

    exports io.forbear.retry.yaml;
}
