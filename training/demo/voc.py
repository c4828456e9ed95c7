"""What the network is to know: PASCAL VOC's classes, and the form of an image on its way in."""
CLASSES = ("background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person "
           "pottedplant sheep sofa train tvmonitor").split()
DOG, PERSON, VOID, SIZE = 12, 15, 255, 288
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
