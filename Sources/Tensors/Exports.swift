// Files and what is wrong with them stand in the signatures of storages and readers.
@_exported import class CNNSystem.MappedFile
@_exported import enum CNNSystem.LostFiles
@_exported import struct CNNSystem.FileError
