# Every input of the guest, with its SHA-256. Debian packages are named as its archive names them.
PYTHON_VERSION=3.14.7
PYTHON_SOURCE=python3.14_3.14.7.orig.tar.xz
PYTHON_SHA256=3b48dac8fb59f62eaa67ac83c1eb12bda1b7a08406dd286e252c11a66be27f81
ZLIB_VERSION=1.3.2
ZLIB_SOURCE=zlib_1.3.dfsg+really1.3.2.orig.tar.gz
ZLIB_SHA256=7b6903eb019983987b7112eccf90f1703f1c6c0e0cede36564bf611d19ca579d
WASI_LIBC_VERSION=0.0~git20241209.574b88d-2
WASI_LIBC_PACKAGE=wasi-libc_0.0~git20241209.574b88d-2_all.deb
WASI_LIBC_SHA256=b7716260051d289248b7667f81fa2792c125d888ff51da3fa09c6272cc0bd11d
# Pure Python that contest programs import and their judges have.
SORTEDCONTAINERS_VERSION=2.4.0
SORTEDCONTAINERS_PACKAGE=python3-sortedcontainers_2.4.0-2_all.deb
SORTEDCONTAINERS_SHA256=b00fd22e4fd50d8ba44442607fc3c737186082b16648d3995b2e4fca642f53e1
LLVM_MAJOR=22
LLVM_VERSION=1:22.1.8-1~deb12u1
# What CPython's sources hold of others, as its Misc/sbom.spdx.json names it.
EXPAT_VERSION=2.8.2
MPDECIMAL_VERSION=2.5.1
HACL_VERSION=8ba599b2f6c9701b3dc961db895b0856a2210f76
