"""Messages and fields that are younger than buildstream's definitions (REAPI 2.0): made here from their numbers alone, and
read from, or added to, the bytes of the older messages, which keep what they do not know."""

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, duration_pb2, message_factory, timestamp_pb2

_FIELD = descriptor_pb2.FieldDescriptorProto
_TYPES = {"string": _FIELD.TYPE_STRING, "int64": _FIELD.TYPE_INT64, "uint64": _FIELD.TYPE_UINT64, "int32": _FIELD.TYPE_INT32}


def _pool(package, messages):
    file = descriptor_pb2.FileDescriptorProto(name=package + ".proto", package=package, syntax="proto3")
    file.dependency.extend(["google/protobuf/any.proto", "google/protobuf/duration.proto"])
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for number, (field, kind) in fields.items():
            repeated = kind.startswith("repeated ")
            kind = kind.replace("repeated ", "")
            made = message.field.add(name=field, number=number, label=_FIELD.LABEL_REPEATED if repeated else _FIELD.LABEL_OPTIONAL)
            if kind in _TYPES:
                made.type = _TYPES[kind]
            else:
                made.type, made.type_name = _FIELD.TYPE_MESSAGE, kind
    pool = descriptor_pool.DescriptorPool()
    for known in (any_pb2, duration_pb2, timestamp_pb2):
        pool.AddSerializedFile(known.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    return [message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(package + "." + name)) for name in messages]


Violation, PreconditionFailure = _pool("google.rpc", {
    "Violation": {1: ("type", "string"), 2: ("subject", "string"), 3: ("description", "string")},
    "PreconditionFailure": {1: ("violations", "repeated .google.rpc.Violation")},
})

(PosixUsage, InputRootUsage) = _pool("buildbarn.resourceusage", {
    "POSIXResourceUsage": {
        1: ("user_time", ".google.protobuf.Duration"), 2: ("system_time", ".google.protobuf.Duration"),
        3: ("maximum_resident_set_size", "int64"), 4: ("page_reclaims", "int64"), 12: ("voluntary_context_switches", "int64"),
        17: ("termination_signal", "string"),
    },
    "InputRootResourceUsage": {1: ("directories_resolved", "uint64"), 2: ("directories_read", "uint64"), 3: ("files_read", "uint64")},
})

ExecuteRequestFields, CommandFields, SymlinkFields, ResultFields, ResponseFields, MetadataFields = _pool("younger", {
    "ExecuteRequestFields": {10: ("inline_stdout", "int32"), 11: ("inline_stderr", "int32")},
    "CommandFields": {7: ("output_paths", "repeated string")},
    "SymlinkFields": {1: ("path", "string"), 2: ("target", "string")},
    "ResultFields": {
        10: ("output_file_symlinks", "repeated .younger.SymlinkFields"), 11: ("output_directory_symlinks", "repeated .younger.SymlinkFields"),
        12: ("output_symlinks", "repeated .younger.SymlinkFields"),
    },
    "ResponseFields": {5: ("message", "string")},
    "MetadataFields": {11: ("auxiliary_metadata", "repeated .google.protobuf.Any"), 12: ("virtual_execution_duration", ".google.protobuf.Duration")},
})


def read(kind, older):
    """The younger fields that an older message kept."""
    return kind.FromString(older.SerializeToString())


def violations_of(status):
    """(type, subject) of each violation in the details of a google.rpc.Status."""
    assert [detail.type_url for detail in status.details] == ["type.googleapis.com/google.rpc.PreconditionFailure"], status
    return [(violation.type, violation.subject) for violation in PreconditionFailure.FromString(status.details[0].value).violations]
