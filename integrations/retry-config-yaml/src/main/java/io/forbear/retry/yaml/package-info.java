/** Settings in files of YAML: {@link io.forbear.retry.yaml.YamlSettings}. */
package io.forbear.retry.yaml;
