#!/usr/bin/env bash
# Starts a broker in a container. Settings come from a file that is mounted, from the environment, or from both:
#   KAFKA_LOG_RETENTION_HOURS=24 is log.retention.hours=24, and so is KAFKA_CFG_LOG_RETENTION_HOURS; two underscores are one, three are
#   a hyphen. KAFKA_BROKER_ID is KAFKA_NODE_ID; CLUSTER_ID, or KAFKA_KRAFT_CLUSTER_ID, is the cluster's id, and formats an empty folder.
#   Who votes at first says KAFKA_CONTROLLER_QUORUM_VOTERS, or NARU_FORMAT_OPTS with an option of kafka-storage.sh.
#   KAFKA_HEAP_OPTS and KAFKA_OPTS are no settings, nor is what Kubernetes says of a service that is named kafka.
# The environment wins over the file.
set -euo pipefail
home=${NARU_HOME:-/opt/naru}
mounted=${NARU_CONFIG:-/etc/naru/server.properties}
data=${NARU_DATA:-/var/lib/naru/data}
settings=$(mktemp -d)/server.properties

key_of() {
  local name=${1#KAFKA_}
  name=${name#CFG_}
  name=${name//___/$'\1'}
  name=${name//__/$'\2'}
  name=${name//_/.}
  name=${name//$'\1'/-}
  name=${name//$'\2'/_}
  printf '%s' "${name,,}"
}

if [ -f "$mounted" ]; then cat "$mounted" >"$settings"; fi
echo >>"$settings"
while IFS= read -r -d '' entry; do
  name=${entry%%=*} value=${entry#*=}
  case $name in
  KAFKA_HEAP_OPTS | KAFKA_OPTS | KAFKA_JVM_PERFORMANCE_OPTS | KAFKA_VERSION | KAFKA_HOME | KAFKA_DEBUG | KAFKA_GC_LOG_OPTS | KAFKA_LOG4J* | \
    KAFKA_JMX_* | KAFKA_ZOOKEEPER_* | KAFKA_KRAFT_CLUSTER_ID | KAFKA_SERVICE_* | KAFKA_PORT_* | KAFKA_*_PORT_*_TCP*) continue ;;
  KAFKA_PORT) case $value in tcp://*) continue ;; esac && key=port ;;
  KAFKA_BROKER_ID | KAFKA_CFG_BROKER_ID) key=node.id ;;
  KAFKA_*) key=$(key_of "$name") ;;
  *) continue ;;
  esac
  value=${value//\\/\\\\}
  printf '%s=%s\n' "$key" "${value//$'\n'/\\n}" >>"$settings"
done < <(env -0 | sort -z)
for name in "${!KAFKA_ZOOKEEPER_@}"; do
  echo "naru: $name is not needed, there is no ZooKeeper any more" >&2
done

told() {
  grep -q "^ *${1//./\\.} *=" "$settings"
}

value_of() {
  sed -n "s/^ *${1//./\\.} *= *//p" "$settings" | tail -n 1
}

# Who votes at first, as an option of kafka-storage.sh. A controller alone votes alone; one of several must not, or each would found a
# cluster of its own.
first_voters() {
  local roles servers
  roles=$(value_of process.roles) servers=$(value_of controller.quorum.bootstrap.servers)
  if [ -n "${NARU_FORMAT_OPTS:-}" ]; then
    echo "$NARU_FORMAT_OPTS"
  elif told controller.quorum.voters; then
    return
  elif [ -n "$roles" ] && [[ $roles != *controller* ]]; then
    echo --no-initial-controllers
  elif [[ $servers != *,* ]]; then
    echo --standalone
  else
    echo "naru: several controllers are named, and nobody says who votes at first, so this node waits until it is added if its folder is empty." \
      "KAFKA_CONTROLLER_QUORUM_VOTERS names all of them; NARU_FORMAT_OPTS=--standalone on one of them founds the cluster" >&2
    echo --no-initial-controllers
  fi
}

told node.id || told broker.id || echo node.id=1 >>"$settings"
told log.dirs || told log.dir || echo "log.dirs=$data" >>"$settings"
told listeners || printf 'listeners=PLAINTEXT://:9092\nadvertised.listeners=%s\n' "${NARU_ADVERTISED:-PLAINTEXT://localhost:9092}" >>"$settings"
cluster=${CLUSTER_ID:-${KAFKA_KRAFT_CLUSTER_ID:-}}
if [ -n "$cluster" ] && ! told controller.quorum.voters && ! told controller.listener.names; then
  echo "naru: a node alone, without a listener for controllers, makes an id of its own: CLUSTER_ID is not used" >&2
elif [ -n "$cluster" ]; then
  read -r -a first <<<"$(first_voters)"
  "$home/bin/kafka-storage.sh" format --ignore-formatted --cluster-id "$cluster" --config "$settings" "${first[@]+"${first[@]}"}"
fi
exec "$home/naru" start --config "$settings" "$@"
