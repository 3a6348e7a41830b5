from . import support_pack_extension_wizard
