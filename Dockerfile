# Stage 1: build. Needs only what eng/build needs: the SDK and a C compiler.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev musl-tools && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN ./eng/build

# Stage 2: what the tool needs at run time; no .NET. util-linux brings unshare; fuse3 brings fusermount3 for users without a user
# namespace; libzstd1 reads compressed blobs.
FROM mcr.microsoft.com/dotnet/runtime-deps:10.0
RUN apt-get update && apt-get install -y --no-install-recommends fuse3 libzstd1 util-linux && rm -rf /var/lib/apt/lists/*
COPY --from=build /source/artifacts/vroot /opt/vroot
ENV PATH=/opt/vroot:$PATH
# Run with: --device /dev/fuse, and either --cap-add SYS_ADMIN or permission for user namespaces; `vroot doctor` tells.
ENTRYPOINT ["/opt/vroot/vroot"]
CMD ["doctor"]
